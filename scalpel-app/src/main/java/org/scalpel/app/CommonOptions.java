package org.scalpel.app;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What every verb understands. */
public final class CommonOptions {
  @Option(
      names = "--json",
      description = "Print one JSON document on stdout and nothing else there.")
  private boolean json;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML file with defaults: verb → option → value; for run also a deployment.")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of everything random (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = {"-q", "--quiet"},
      description = "Say nothing on stderr but errors.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Say more; show the stack trace of a fault.")
  private boolean verbose;

  @Option(names = "--no-progress", description = "Show no progress.")
  private boolean noProgress;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  /** True if stdout is to hold one JSON document. */
  public boolean json() {
    return json;
  }

  /** The file of defaults, already applied to the options of the verb. */
  public Optional<Path> config() {
    return config;
  }

  /** The seed of everything random. */
  public long seed() {
    return seed;
  }

  /** True if only errors are wanted on stderr. */
  public boolean quiet() {
    return quiet;
  }

  /** True if more is wanted. */
  public boolean verbose() {
    return verbose;
  }

  /** True if progress is wanted. */
  public boolean progress() {
    return !noProgress && !quiet;
  }

  /** True if help was asked for. */
  public boolean help() {
    return help;
  }
}
