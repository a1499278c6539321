package org.scalpel.app;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * A verb of the command line: options as annotated fields, work in {@link #run}. Faults are thrown,
 * never printed: the command line turns them into one line and an exit code.
 */
public abstract class Verb implements Callable<Integer> {
  /** Exit code: done. */
  public static final int OK = 0;

  /** Exit code: an internal fault. */
  public static final int BUG = 1;

  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  /** The options that every verb has. */
  protected final CommonOptions common() {
    return common;
  }

  /** A fault of usage, reported with the verb's name and exit code 2. */
  protected final RuntimeException usage(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }

  /**
   * Does the work.
   *
   * @return the exit code
   * @throws Exception any fault
   */
  protected abstract int run(Console console) throws Exception;

  @Override
  public final Integer call() throws Exception {
    CommandLine line = spec.commandLine();
    try (Console console = Console.of(common, line.getOut(), line.getErr())) {
      return run(console);
    }
  }
}
