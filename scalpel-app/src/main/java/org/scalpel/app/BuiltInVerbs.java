package org.scalpel.app;

import java.util.List;

/** The verbs of this module, in the order of the help text. */
final class BuiltInVerbs implements VerbProvider {
  @Override
  public List<Entry> verbs() {
    return List.of(
        new Entry(
            "inspect",
            "Show a model's kernels, tensors, MACs, places to cut; draw them.",
            InspectVerb::new),
        new Entry(
            "plan", "Find where each layer runs: value, lower bound, explanation.", PlanVerb::new));
  }
}
