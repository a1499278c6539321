package org.scalpel.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;

/**
 * How thoroughly a real network is cut. Always: behind every cut vertex at once, and of small ones
 * a sample of the two-segment cuts and random assignments to two, three and four tiers. With the
 * Maven profile {@code zoo-full}: also every two-segment cut, and the chain at both levels of
 * optimisation, whatever a network weighs. Each such cut writes and loads all weights again: with
 * hundreds of megabytes that takes seconds.
 */
final class EveryCut {
  private static final long HEAVY = 150_000_000;
  private static final long MIDDLE = 30_000_000;
  private static final int ALL = Integer.MAX_VALUE;

  private EveryCut() {}

  /** Cuts and compares, and says on one line what was found. */
  static void check(
      String name, OnnxModel model, Map<String, TensorData> inputs, double tolerance) {
    long start = System.nanoTime();
    long bytes = model.proto().getSerializedSize();
    List<OptimizationLevel> levels =
        RealModels.full()
            ? List.of(OptimizationLevel.ALL, OptimizationLevel.EXTENDED)
            : List.of(OptimizationLevel.ALL);
    int done = 0;
    double worst = 0;
    int kernels = 0;
    int vertices = 0;
    for (OptimizationLevel level : levels) {
      try (Engine engine = new Engine(EngineOptions.DEFAULT.withLevel(level))) {
        SplitEquality equality = new SplitEquality(engine, model, inputs, tolerance);
        List<int[]> cuts = new ArrayList<>(List.of(equality.everywhere()));
        if (level == OptimizationLevel.ALL) {
          cuts.addAll(equality.cuts(vertices(bytes), random(bytes)));
        }
        equality.check(cuts);
        equality.isTelling();
        done += cuts.size();
        worst = Math.max(worst, equality.worst());
        kernels = equality.kernels().kernels().size();
        vertices = Assignments.atCutVertices(equality.kernels()).size();
      }
    }
    System.out.printf(
        Locale.ROOT,
        "split = whole | %s | %d kernels | %d cut vertices | %d cuts | %.1e | %.1f s%n",
        name,
        kernels,
        vertices,
        done,
        worst,
        (System.nanoTime() - start) * 1e-9);
  }

  private static int vertices(long bytes) {
    if (RealModels.full()) {
      return ALL;
    }
    return bytes > MIDDLE ? 0 : 3;
  }

  private static int random(long bytes) {
    if (RealModels.full()) {
      return 5;
    }
    return bytes > HEAVY ? 0 : 1;
  }
}
