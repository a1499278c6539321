package org.scalpel.app;

import java.util.Optional;
import org.scalpel.graph.Confidence;
import picocli.CommandLine.Option;

/** How sure an exit is of its answer. */
final class ConfidenceOption {
  @Option(
      names = "--confidence",
      paramLabel = "NAME",
      description =
          "What thresholds bound: probability (the largest), margin (less the second), entropy (1 − H/ln C).")
  private Optional<String> name = Optional.empty();

  Optional<Confidence> chosen() {
    return name.map(Confidence::parse);
  }
}
