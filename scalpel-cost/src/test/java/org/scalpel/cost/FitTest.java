package org.scalpel.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.scalpel.cost.SegmentModel.Row;
import org.scalpel.engine.Assignments;
import org.scalpel.engine.Border;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.Segment;
import org.scalpel.graph.Splitter;
import org.scalpel.graph.TensorFact;

class FitTest {
  @Test
  void nonNegativeLeastSquaresFindsTheConstrainedMinimum() {
    // Unconstrained, x would be (3, -1); on the border x1 = 0 the best x0 is 2.
    var system = new NonNegativeLeastSquares(new double[2], new double[] {1e-9, 1e-9});
    system.add(new double[] {1, 1}, 2, 1);
    system.add(new double[] {1, 2}, 1, 1);
    double[] x = system.solve();
    assertThat(x[1]).isZero();
    assertThat(x[0]).isCloseTo(1.5, within(1e-6));
  }

  @Test
  void withoutDataThePriorStands() {
    var system = new NonNegativeLeastSquares(new double[] {0.3, 7}, new double[] {1, 0.1});
    assertThat(system.solve()).containsExactly(new double[] {0.3, 7}, within(1e-6));
  }

  /** A machine that follows the model exactly is recognised from a few cuts. */
  @Test
  void theFitPredictsCutsThatItHasNotSeenInSpiteOfADisturbedOne() {
    KernelGraph kernels = SmallModel.kernels(SmallModel.model());
    Map<String, TensorFact> facts = new LinkedHashMap<>();
    Map<String, Border> borders = new LinkedHashMap<>();
    for (KernelGraph.KernelTensor tensor : kernels.tensors()) {
      facts.put(tensor.name(), TensorFact.of(ElementType.FLOAT32, 1, 250_000));
      borders.put(tensor.name(), tensor.index() % 2 == 0 ? Border.BLOCKED : Border.PLAIN);
    }
    double[] base = new Random(3).doubles(kernels.kernels().size(), 0.5, 5).toArray();
    SegmentModel fitter = new SegmentModel(kernels, base, borders, facts);
    Truth truth = new Truth(kernels, base, borders);
    List<Row> rows = new ArrayList<>();
    Random random = new Random(4);
    for (int cut = 0; cut < 20; cut++) {
      rows.addAll(truth.rows(Assignments.random(kernels, 2 + cut % 2, random)));
    }
    // While this one was measured, the machine did something else as well.
    rows.set(5, new Row(rows.get(5).kernels(), 2.5 * rows.get(5).ms()));
    Profile.Fit fit = fitter.fit(rows, truth.wholeMs(), new Profile.Residual(0, 0, 0));
    for (int cut = 0; cut < 50; cut++) {
      for (Row row : truth.rows(Assignments.random(kernels, 3, random))) {
        assertThat(predicted(fit, kernels, row)).isCloseTo(row.ms(), within(0.03 * row.ms()));
      }
    }
  }

  private static double predicted(Profile.Fit fit, KernelGraph kernels, Row row) {
    Profile empty = SmallModel.profile(kernels, 1);
    Profile profile = new Profile(empty.subject(), empty.environment(), empty.measured(), fit, 1);
    return SegmentTimes.predictMs(profile, kernels, row.kernels());
  }

  /** Sessions of 0.05 ms, kernels 8 % faster than measured, reorders of 0.3 and 0.1 ms per MB. */
  private static final class Truth {
    private final KernelGraph kernels;
    private final double[] base;
    private final Map<String, Border> borders;

    Truth(KernelGraph kernels, double[] base, Map<String, Border> borders) {
      this.kernels = kernels;
      this.base = base;
      this.borders = borders;
    }

    List<Row> rows(int[] assignment) {
      List<Row> rows = new ArrayList<>();
      Splitter splitter = new Splitter(kernels.layers().model(), kernels);
      for (Segment segment : splitter.segments(assignment)) {
        double ms = 0.05;
        for (int kernel : segment.kernels()) {
          ms += 0.92 * base[kernel];
        }
        ms += segment.inputs().stream().mapToDouble(t -> blocked(t, 0.3)).sum();
        ms += segment.outputs().stream().mapToDouble(t -> blocked(t, 0.1)).sum();
        rows.add(new Row(segment.kernels(), ms));
      }
      return rows;
    }

    double wholeMs() {
      return rows(new int[base.length]).get(0).ms();
    }

    private double blocked(String tensor, double perMegabyte) {
      return borders.get(tensor) == Border.BLOCKED ? perMegabyte : 0;
    }
  }
}
