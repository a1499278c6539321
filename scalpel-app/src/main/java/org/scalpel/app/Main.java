package org.scalpel.app;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import picocli.CommandLine;

/** The program: {@code scalpel VERB …}. */
public final class Main {
  private Main() {}

  /** Runs one verb and ends the process with its exit code. */
  public static void main(String[] args) {
    PrintWriter out = writer(FileDescriptor.out);
    PrintWriter err = writer(FileDescriptor.err);
    int code = run(args, out, err);
    out.flush();
    err.flush();
    System.exit(code);
  }

  /** Runs one verb in this process, as tests do. */
  static int run(String[] args, PrintWriter out, PrintWriter err) {
    CommandLine commands;
    try {
      commands = CommandTree.of(args);
    } catch (UserException fault) {
      // The file of --config is read before there is a command that could report its faults.
      err.println("scalpel: " + Faults.line(fault));
      if (Arrays.asList(args).contains("-v")) {
        fault.printStackTrace(err);
      }
      return Faults.exitCode(fault);
    }
    return commands.setOut(out).setErr(err).execute(args);
  }

  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }
}
