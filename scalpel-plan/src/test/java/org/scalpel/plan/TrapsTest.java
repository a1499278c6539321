package org.scalpel.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What published constructions and public implementations get wrong. */
class TrapsTest {
  /** 1000 bytes take 1 ms. */
  private static final Link MS_PER_KILOBYTE = Link.of(8, 8, 0);

  private static final List<Tier> TWO = List.of(Tier.of("device"), Tier.of("cloud"));

  private static Plan plan(Problem problem) {
    return Planner.plan(problem, Request.of(Objective.LATENCY));
  }

  /** input → stem → {a → x, b} → join → out, every tensor but a's slow to send. */
  static Problem freeReturn() {
    double[] device = {5, 5, 100, 10, 1, 1};
    String[] names = {"stem", "a", "x", "b", "join", "out"};
    List<PlanLayer> layers = new ArrayList<>();
    for (int v = 0; v < names.length; v++) {
      layers.add(PlanLayer.of(names[v], device[v], 1.0));
    }
    List<PlanTensor> tensors =
        List.of(
            PlanTensor.input("input", List.of(0), 1_000_000),
            PlanTensor.of("stem", 0, List.of(1, 3), 1_000_000),
            PlanTensor.of("a", 1, List.of(2), 1_000),
            PlanTensor.of("x", 2, List.of(4), 1_000_000),
            PlanTensor.of("b", 3, List.of(4), 1_000_000),
            PlanTensor.of("join", 4, List.of(5), 1_000_000),
            PlanTensor.of("out", 5, List.of(), 0).asOutput());
    Options stay = new Options(Weights.LATENCY, Optional.empty(), ResultsAt.ANYWHERE);
    return new Problem("free return", TWO, layers, tensors, List.of(MS_PER_KILOBYTE), stay);
  }

  @Test
  void aResultNeverComesBackForFree() {
    Plan plan = plan(freeReturn());
    assertThat(plan.valueMs()).isCloseTo(122, within(1e-9));
    assertThat(plan.main().assignment().values()).containsOnly("device");
  }

  @Test
  void theInputStartsOnTheDeviceAndItsUploadIsCharged() {
    Problem problem =
        Problem.of(
            "upload",
            TWO,
            List.of(PlanLayer.of("layer", 50.0, 1.0)),
            List.of(
                PlanTensor.input("input", List.of(0), 100_000),
                PlanTensor.of("out", 0, List.of(), 1_000).asOutput()),
            List.of(MS_PER_KILOBYTE));
    assertThat(plan(problem).valueMs()).isCloseTo(50, within(1e-9));
    assertThat(plan(problem).baselinesMs().get("cloud-only")).isCloseTo(102, within(1e-9));
  }

  @Test
  void aTensorReadByManyCrossesOnce() {
    List<PlanLayer> layers = new ArrayList<>();
    layers.add(PlanLayer.of("stem", 1.0, 1.0));
    List<Integer> readers = new ArrayList<>();
    List<PlanTensor> tensors = new ArrayList<>();
    tensors.add(PlanTensor.input("input", List.of(0), 1_000_000));
    for (int i = 1; i <= 5; i++) {
      layers.add(PlanLayer.of("reader" + i, 10.0, 1.0));
      readers.add(i);
      tensors.add(PlanTensor.of("out" + i, i, List.of(), 0).asOutput());
    }
    tensors.add(PlanTensor.of("shared", 0, readers, 20_000));
    Plan plan = plan(Problem.of("shared", TWO, layers, tensors, List.of(MS_PER_KILOBYTE)));
    assertThat(plan.valueMs()).isCloseTo(1 + 20 + 5, within(1e-9));
    assertThat(plan.main().stagesMs().get("device->cloud")).isCloseTo(20, within(1e-9));
  }

  @Test
  void timesThatAreNotWholeNumbersGiveTheRightPartitionToo() {
    Random random = new Random(4);
    RandomProblems problems = new RandomProblems(4);
    for (int i = 0; i < 500; i++) {
      Problem whole = problems.next(7, 2);
      Problem problem =
          whole
              .withLayers(
                  whole.layers().stream()
                      .map(
                          l ->
                              PlanLayer.of(
                                  l.name(), random.nextDouble() / 3, random.nextDouble() / 7))
                      .toList())
              .withLinks(List.of(Link.of(1000 / 3.0 * random.nextDouble(), 70.1, 0.1)));
      Reference reference = new Reference(problem);
      Plan plan = plan(problem);
      int[] tierOf = Assignment.of(problem, plan.main().assignment()).toArray();
      assertThat(reference.valid(tierOf, Map.of())).isTrue();
      assertThat(reference.sum(tierOf)).isCloseTo(plan.valueMs(), within(1e-9));
      assertThat(plan.valueMs()).isCloseTo(reference.least(Map.of(), reference::sum), within(3e-5));
    }
  }

  @Test
  void nothingCrossesALinkThatIsDownNotEvenZeroBytes() {
    Problem up =
        Problem.of(
            "down",
            TWO,
            List.of(PlanLayer.of("first", 9.0, 1.0), PlanLayer.of("second", 9.0, 1.0)),
            List.of(
                PlanTensor.input("input", List.of(0), 0),
                PlanTensor.of("inner", 0, List.of(1), 0),
                PlanTensor.of("out", 1, List.of(), 0).asOutput()),
            List.of(Link.of(0, 8, 0)));
    assertThat(plan(up).valueMs()).isEqualTo(18);
    assertThat(plan(up).baselinesMs().get("cloud-only")).isInfinite();
    assertThat(PlanJson.node(plan(up)).get("baselines_ms").get("cloud-only").isNull()).isTrue();
    assertThat(plan(up.withLinks(List.of(Link.of(8, 0, 0)))).valueMs()).isEqualTo(18);
    assertThat(plan(up.withLinks(List.of(Link.of(8, 8, 0)))).valueMs()).isEqualTo(2);
    Request pinned = Request.of(Objective.LATENCY).withLimits(Limits.NONE.pin("second", "cloud"));
    assertThatThrownBy(() -> Planner.plan(up, pinned))
        .isInstanceOf(InfeasibleException.class)
        .hasMessageContaining("second");
  }

  @Test
  void pinsThatClashAreNamed() {
    Problem problem = Examples.example();
    Limits limits = Limits.NONE.pin("conv1", "cloud").pin("fc", "device");
    assertThatThrownBy(
            () -> Planner.plan(problem, Request.of(Objective.LATENCY).withLimits(limits)))
        .isInstanceOf(InfeasibleException.class)
        .hasMessageContaining("pin conv1=cloud")
        .hasMessageContaining("pin fc=device");
  }

  @Test
  void costsTooLargeForExactSumsAreRefused() {
    for (double huge : new double[] {4e12, 1e300}) {
      Problem problem =
          Problem.of(
              "huge",
              TWO,
              List.of(PlanLayer.of("layer", huge, 1.0)),
              List.of(PlanTensor.input("input", List.of(0), Long.MAX_VALUE)),
              List.of(MS_PER_KILOBYTE));
      assertThatThrownBy(() -> plan(problem))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("2^61");
    }
  }

  @Test
  void costsNearTheLimitAreSummedExactly() {
    Problem problem =
        Problem.of(
            "large",
            TWO,
            List.of(PlanLayer.of("first", 1e12, 3.0), PlanLayer.of("second", 2.0, 1e12)),
            List.of(
                PlanTensor.input("input", List.of(0), 8),
                PlanTensor.of("inner", 0, List.of(1), 8),
                PlanTensor.of("out", 1, List.of(), 0).asOutput()),
            List.of(MS_PER_KILOBYTE));
    assertThat(plan(problem).valueMs()).isEqualTo(1e12 + 2);
  }
}
