package org.scalpel.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program of the system to its end. */
interface Command {
  /** Never waits longer: these programs answer at once. */
  long LIMIT_SECONDS = 10;

  /** Programs of this machine. */
  Command REAL = Command::runReal;

  /**
   * What it printed, to either stream.
   *
   * @throws TestbedException it cannot be run, does not end, or says no
   */
  String run(List<String> words);

  private static String runReal(List<String> words) {
    String line = String.join(" ", words);
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      process.getOutputStream().close();
      // Far less than a pipe holds, so that waiting first cannot block the program.
      boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
        throw new TestbedException(line + ": did not end within " + LIMIT_SECONDS + " s");
      }
      String text =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.exitValue() != 0) {
        String first = text.lines().findFirst().orElse("it printed nothing");
        throw new TestbedException(line + ": " + first);
      }
      return text;
    } catch (IOException e) {
      throw new TestbedException(line + ": cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TestbedException(line + ": interrupted", e);
    }
  }
}
