package org.scalpel.app;

import java.util.Locale;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.OptimizationLevel;
import picocli.CommandLine.Option;

/** How the runtime is set where something is measured. */
final class RuntimeOptions {
  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads of one run (default: ${DEFAULT-VALUE}).")
  private int threads = 1;

  @Option(
      names = "--level",
      paramLabel = "NAME",
      defaultValue = "all",
      description = "Optimisation level of the runtime (default: ${DEFAULT-VALUE}).")
  private OptimizationLevel level = OptimizationLevel.ALL;

  EngineOptions engine() {
    return new EngineOptions(threads, level, false);
  }

  int threads() {
    return threads;
  }

  /** As a name: {@code 1-thread-all}. */
  String text() {
    return "%d-thread-%s".formatted(threads, level.name().toLowerCase(Locale.ROOT));
  }
}
