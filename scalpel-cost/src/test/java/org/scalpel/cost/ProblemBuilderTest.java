package org.scalpel.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.scalpel.cost.Profile.CodecTime;
import org.scalpel.graph.KernelGraph;
import org.scalpel.plan.Objective;
import org.scalpel.plan.PlanTensor;
import org.scalpel.plan.Problem;

class ProblemBuilderTest {
  private final KernelGraph kernels = SmallModel.kernels(SmallModel.model());
  private final Profile profile = SmallModel.profile(kernels, 1);

  private ProblemBuilder threeTiers() {
    return new ProblemBuilder(kernels)
        .tier("device", profile.withSlowdown(10))
        .tier("edge", profile.withSlowdown(2))
        .tier("cloud", profile);
  }

  @Test
  void kernelsBecomeLayersAndProfilesTheirTimes() {
    Problem problem = threeTiers().build(Network.parse("wifi,wan"));
    assertThat(problem.tiers())
        .extracting(t -> t.name())
        .containsExactly("device", "edge", "cloud");
    assertThat(problem.layers())
        .extracting(l -> l.name())
        .isEqualTo(kernels.kernels().stream().map(k -> k.name()).toList());
    assertThat(problem.layers().get(1).computeMs()).containsExactly(20.0, 4.0, 2.0);
    // The first kernel also pays for the input that enters its session and, on the device, for the
    // session itself.
    assertThat(problem.layers().get(0).computeMs().get(0)).isCloseTo(10 + 1 + 5, within(1e-9));
    assertThat(problem.layers().get(0).computeMs().get(1)).isCloseTo(2 + 0.2, within(1e-9));
  }

  @Test
  void cutsCostWhatTheProfileSays() {
    Problem problem = threeTiers().build(Network.parse("wifi,wan"));
    PlanTensor inner =
        problem.tensors().stream().filter(t -> t.name().equals("m1")).findFirst().orElseThrow();
    assertThat(inner.bytes()).isEqualTo(4L * SmallModel.WIDTH);
    assertThat(inner.ways().get(0).encodeMs()).containsExactly(2.0, 0.4, 0.2);
    assertThat(inner.ways().get(0).decodeMs()).containsExactly(1.0, 0.2, 0.1);
    assertThat(problem.tensors()).filteredOn(PlanTensor::output).hasSize(1);
  }

  @Test
  void sessionAndFramingGoIntoTheRoundTrip() {
    Problem problem = threeTiers().framingMs(0.25).build(Network.parse("wifi,wan"));
    assertThat(problem.links().get(0).rttMs()).isCloseTo(5 + 0.25 + 1.0, within(1e-9));
    assertThat(problem.links().get(1).rttMs()).isCloseTo(30 + 0.25 + 0.5, within(1e-9));
    assertThat(problem.links().get(0).upMbps()).isEqualTo(18.88);
  }

  @Test
  void lightLoadIsPlannedWithRestedTimesAndABusyMachineWithTimesBackToBack() {
    Profile both = SmallModel.rested(profile, 3);
    Network network = Network.parse("wifi");
    Problem light =
        new ProblemBuilder(kernels).tier("device", both).tier("edge", both).build(network);
    Problem busy =
        new ProblemBuilder(kernels, Load.of(Objective.THROUGHPUT))
            .tier("device", both)
            .tier("edge", both)
            .build(network);
    assertThat(busy.layers().get(1).computeMs()).containsExactly(2.0, 2.0);
    assertThat(light.layers().get(1).computeMs()).containsExactly(6.0, 6.0);
    assertThat(busy.links().get(0).rttMs())
        .isCloseTo(5 + ProblemBuilder.FRAMING_MS + 0.5, within(1e-9));
    assertThat(light.links().get(0).rttMs())
        .isCloseTo(5 + ProblemBuilder.RESTED_FRAMING_MS + 0.5, within(1e-9));
  }

  @Test
  void aCodecIsOfferedWhereEveryTierHasMeasuredIt() {
    CodecTime jpeg = new CodecTime("x", "jpeg", 17, new Stat(2, 0, 1), new Stat(3, 0, 1), 0.01);
    Profile.Measured measured =
        new Profile.Measured(
            profile.measured().kernels(), profile.measured().wholeMs(), List.of(jpeg));
    Profile able =
        new Profile(
            profile.subject(), profile.environment(), measured, profile.fit(), profile.slowdown());
    Problem both =
        new ProblemBuilder(kernels)
            .tier("device", able.withSlowdown(2))
            .tier("cloud", able)
            .lossy(true)
            .build(Network.parse("wifi"));
    assertThat(
            new ProblemBuilder(kernels)
                .tier("device", able)
                .tier("cloud", able)
                .build(Network.parse("wifi"))
                .tensors()
                .get(0)
                .ways())
        .as("without leave to lose anything")
        .hasSize(1);
    assertThat(both.tensors().get(0).ways()).extracting(c -> c.name()).contains("raw", "jpeg");
    assertThat(both.tensors().get(0).ways().get(1).encodeMs()).containsExactly(4.0, 2.0);
    assertThat(both.tensors().get(0).ways().get(1).loss()).isEqualTo(0.01);
    Problem one =
        new ProblemBuilder(kernels)
            .tier("device", able)
            .tier("cloud", profile)
            .build(Network.parse("wifi"));
    assertThat(one.tensors().get(0).ways()).hasSize(1);
  }

  @Test
  void profilesOfOtherModelsAndNetworksOfOtherLengthsAreRefused() {
    Profile other = SmallModel.profile(SmallModel.kernels(SmallModel.model(2)), 1);
    assertThatThrownBy(() -> new ProblemBuilder(kernels).tier("device", other))
        .isInstanceOf(ProfileException.class);
    assertThatThrownBy(() -> threeTiers().build(Network.parse("wifi")))
        .hasMessageContaining("1 links for 3 tiers; expected 2");
  }

  @Test
  void predictedSegmentsAreSessionKernelsAndBorders() {
    // Kernels 2 and 3 read t0 and hand t1 on: 0.5 + 3 + 4 + 0.1 + 0.2.
    assertThat(SegmentTimes.predictMs(profile, kernels, List.of(2, 3)))
        .isCloseTo(7.8, within(1e-9));
    assertThat(SegmentTimes.predictMs(profile, kernels, List.of())).isZero();
    List<Integer> all = new ArrayList<>();
    kernels.kernels().forEach(k -> all.add(k.index()));
    assertThat(SegmentTimes.predictMs(profile.withSlowdown(2), kernels, all))
        .isCloseTo(2 * (0.5 + 13 * 14 / 2.0 + 0.1 + 0.2), within(1e-9));
  }
}
