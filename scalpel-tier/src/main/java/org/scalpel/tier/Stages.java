package org.scalpel.tier;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What a request took, in the stages of its plan. */
final class Stages {
  private Stages() {}

  /**
   * Tiers from their own spans; a link is what remains of a round trip without the tier behind it.
   */
  static List<Stage> of(RequestTimes times) {
    List<String> tiers = times.tiers();
    Map<String, Double> predicted = times.predictedMs();
    List<Span> spans = times.spans();
    List<Stage> stages = new ArrayList<>();
    for (int t = 0; t < Math.min(spans.size(), tiers.size()); t++) {
      Span span = spans.get(t);
      if (t > 0) {
        Span near = spans.get(t - 1);
        double ms = Math.max(0, near.forwardNs() - span.totalNs()) / 1e6;
        long bytes = near.sentBytes() + near.receivedBytes();
        String name = tiers.get(t - 1) + "<->" + tiers.get(t);
        stages.add(
            new Stage(name, link(predicted, tiers.get(t - 1), tiers.get(t)), ms, 0, 0, bytes));
      }
      double own = (span.computeNs() + span.codecNs()) / 1e6;
      stages.add(
          new Stage(
              tiers.get(t),
              of(predicted, tiers.get(t)),
              own,
              span.queueNs() / 1e6,
              span.codecNs() / 1e6,
              0));
    }
    return stages;
  }

  private static OptionalDouble link(Map<String, Double> predicted, String near, String far) {
    OptionalDouble whole = of(predicted, near + "<->" + far);
    if (whole.isPresent() || !predicted.containsKey(near + "->" + far)) {
      return whole;
    }
    return OptionalDouble.of(
        predicted.getOrDefault(near + "->" + far, 0.0)
            + predicted.getOrDefault(far + "->" + near, 0.0));
  }

  private static OptionalDouble of(Map<String, Double> predicted, String name) {
    Double ms = predicted.get(name);
    return ms == null ? OptionalDouble.empty() : OptionalDouble.of(ms);
  }
}
