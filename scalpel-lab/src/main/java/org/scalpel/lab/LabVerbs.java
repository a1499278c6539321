package org.scalpel.lab;

import java.util.List;
import org.scalpel.app.VerbProvider;

/** Adds {@code lab} and {@code predictor evaluate} to the command line. */
public final class LabVerbs implements VerbProvider {
  @Override
  public List<Entry> verbs() {
    return List.of(
        new Entry("lab", "Run the experiments: each writes tables and charts.", LabVerb::new),
        new Entry(
            "predictor evaluate",
            "Hold learned predictors against others, on architectures that none has seen.",
            EvaluateVerb::new));
  }
}
