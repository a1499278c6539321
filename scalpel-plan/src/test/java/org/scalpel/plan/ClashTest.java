package org.scalpel.plan;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is said when nothing keeps the limits. */
class ClashTest {
  private static void refused(Objective objective, Limits limits, String message) {
    Request request = Request.of(objective).withLimits(limits).withTimeLimit(Duration.ofSeconds(5));
    assertThatThrownBy(() -> Planner.plan(Examples.example(), request))
        .isInstanceOf(InfeasibleException.class)
        .hasMessageContaining(message);
  }

  @Test
  void onlyThePinsThatClashAreNamed() {
    Limits limits = Limits.NONE.pin("conv1", "edge").pin("conv2", "edge").pin("fc", "device");
    refused(Objective.LATENCY, limits, "pin conv2=edge and pin fc=device cannot be kept together");
  }

  @Test
  void aCapThatAloneCannotBeKeptIsNamedAlone() {
    Limits limits = Limits.NONE.maxTierMs("cloud", 100).maxTierMs("edge", 0.5).pin("fc", "edge");
    refused(Objective.LATENCY, limits, "pin fc=edge and max-tier-ms edge=0.5");
  }

  @Test
  void capsOnTheMeanAreNamedToo() {
    Limits limits =
        Limits.NONE
            .maxTierMs("cloud", 100)
            .withMean(Caps.NONE.withTierMs("device", 10).withLinkBytes("device->edge", 1000));
    refused(
        Objective.THROUGHPUT,
        limits,
        "mean-tier-ms device=10.0 and mean-egress-bytes device->edge=1000.0");
  }
}
