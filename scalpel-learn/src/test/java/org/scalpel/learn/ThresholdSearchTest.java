package org.scalpel.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.scalpel.graph.Confidence;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.LayerGraph;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.TensorFact;

class ThresholdSearchTest {
  private static final List<Double> COSTS = List.of(0.3, 0.6, 1.0);

  /** Exits that are right the more often the surer and the deeper they are. */
  private static ExitSamples samples(int count, boolean secondIsUseless) {
    Random random = new Random(7);
    List<ExitSamples.Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double hard = random.nextDouble();
      List<ExitSamples.Answer> answers = new ArrayList<>();
      for (int exit = 0; exit < 3; exit++) {
        double skill = 0.5 + 0.25 * exit;
        boolean right = random.nextDouble() < 1 - hard * (1.2 - skill);
        float sure = (float) (1 - hard * (1.1 - skill) * random.nextDouble());
        if (exit == 1 && secondIsUseless) {
          right = false;
          sure = 0.5f;
        }
        answers.add(new ExitSamples.Answer(right ? 1 : 0, sure, sure / 2, sure * sure));
      }
      rows.add(new ExitSamples.Row(1, answers));
    }
    return new ExitSamples(
        "0", List.of("a", "b", "end"), 2, true, rows, new Skipped(List.of(), List.of()));
  }

  @Test
  void pointsAreWhatTheSamplesSay() {
    ExitSamples samples = samples(500, false);
    List<ThresholdSearch.Point> points =
        ThresholdSearch.search(samples, Confidence.MARGIN, COSTS, 40);
    assertThat(points.size()).isBetween(10, 60);
    for (ThresholdSearch.Point point : points) {
      ExitEvaluation naive =
          ExitEvaluation.of(samples, work(), Confidence.MARGIN, point.thresholds());
      assertThat(naive.accuracy().hits()).isEqualTo(point.right());
      assertThat(naive.exits().stream().map(exit -> exit.rate().hits()).toList())
          .isEqualTo(point.left());
      assertThat(point.samples()).isEqualTo(500);
      assertThat(point.reach().get(0)).isEqualTo(1);
      assertThat(point.reach().get(2)).isCloseTo(point.left().get(2) / 500.0, within(1e-12));
    }
  }

  @Test
  void noOtherVectorBeatsTheFrontByOperations() {
    ExitSamples samples = samples(200, false);
    List<ThresholdSearch.Point> front =
        ThresholdSearch.front(
            ThresholdSearch.search(samples, Confidence.PROBABILITY, COSTS, 100_000), COSTS);
    for (double a = 0; a <= 1.02; a += 0.06) {
      for (double b = 0; b <= 1.02; b += 0.06) {
        ExitEvaluation any =
            ExitEvaluation.of(samples, work(), Confidence.PROBABILITY, List.of(a, b));
        double cost = 0;
        for (int exit = 0; exit < 3; exit++) {
          cost += any.exits().get(exit).rate().value() * COSTS.get(exit);
        }
        double paid = cost;
        long near =
            front.stream()
                .filter(p -> p.mean(COSTS) <= paid + 0.03)
                .mapToLong(ThresholdSearch.Point::right)
                .max()
                .orElse(0);
        assertThat(near).isGreaterThanOrEqualTo(any.accuracy().hits() - 3);
      }
    }
  }

  @Test
  void anExitThatNeverFiresIsLeftOutAndNamed() {
    ExitCalibration found =
        ExitCalibration.of(samples(400, true), work(), Confidence.PROBABILITY, 40);
    assertThat(found.idle()).containsExactly("b");
    assertThat(found.exits().names()).containsExactly("a", "end");
    assertThat(found.exits().points()).allMatch(point -> point.thresholds().size() == 1);
    assertThat(found.exits().confidence()).isEqualTo("probability");
    ThresholdSearch.Point last = found.points().get(found.points().size() / 2);
    double deep = last.reach().get(2);
    assertThat(found.exits().points().get(found.points().size() / 2).reach().getOrDefault("y", 1.0))
        .isEqualTo(deep);
  }

  /** in → a | → m → b | → y, each a kernel with some work. */
  private static ExitWork work() {
    LayerGraph layers =
        LayerGraph.of(
            ModelBuilder.opset(17)
                .input("x", TensorFact.of(ElementType.FLOAT32, 1, 3))
                .node(ModelBuilder.node("a", "Tanh", List.of("x"), List.of("ta")).build())
                .node(ModelBuilder.node("b", "Tanh", List.of("x"), List.of("tb")).build())
                .node(ModelBuilder.node("y", "Tanh", List.of("x"), List.of("ty")).build())
                .output("ta")
                .output("tb")
                .output("ty")
                .build());
    KernelGraph kernels =
        KernelGraph.ofGroups(layers, List.of(List.of("a"), List.of("b"), List.of("y")));
    return new ExitWork(kernels, List.of(0, 1, 2), List.of(0.3, 0.3, 0.4));
  }

  @Test
  void workAddsUpAndFollowsReach() {
    assertThat(work().fractions().get(1)).isCloseTo(0.6, within(1e-12));
    assertThat(work().reach(List.of(1.0, 0.5, 0.25)))
        .containsOnlyKeys("b", "y")
        .containsEntry("y", 0.25);
    assertThat(work().expected(work().reach(List.of(1.0, 0.5, 0.25))))
        .isCloseTo(0.3 + 0.15 + 0.1, within(1e-12));
  }

  @Test
  void withoutExitsThereIsOnePoint() {
    ExitSamples one =
        new ExitSamples(
            "0",
            List.of("end"),
            2,
            true,
            List.of(new ExitSamples.Row(1, List.of(new ExitSamples.Answer(1, 1, 1, 1)))),
            new Skipped(List.of(), List.of()));
    assertThat(ThresholdSearch.search(one, Confidence.PROBABILITY, List.of(1.0), 10)).hasSize(1);
  }
}
