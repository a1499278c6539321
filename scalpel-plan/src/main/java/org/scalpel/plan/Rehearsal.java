package org.scalpel.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A small problem planned a few times, so that what is timed next runs on loaded classes, loaded
 * native libraries and code that is at least partly compiled.
 */
final class Rehearsal {
  private static final int LAYERS = 24;
  private static final int MOST_TIMES = 200;
  private static final long PATIENCE_NANOS = 150_000_000L;
  private static final Duration LIMIT = Duration.ofMillis(200);

  private Rehearsal() {}

  static void run(Request request) {
    Problem problem = problem();
    Limits limits =
        request.limits().each().equals(Caps.NONE) ? Limits.NONE : Limits.NONE.maxTierMs("b", 7.3);
    Request small = new Request(request.objective(), request.algorithm(), limits, 0, LIMIT);
    long end = System.nanoTime() + PATIENCE_NANOS;
    int times = 0;
    do {
      try {
        Planner.plan(problem, small);
      } catch (ProblemException | InfeasibleException refused) {
        // What does not apply here has nothing to rehearse.
        return;
      }
      times++;
    } while (times < MOST_TIMES && System.nanoTime() < end);
  }

  /** Two branches that meet every few layers. */
  private static Problem problem() {
    List<PlanLayer> layers = new ArrayList<>();
    List<PlanTensor> tensors = new ArrayList<>();
    tensors.add(PlanTensor.input("x", List.of(0, 1), 40_000));
    for (int v = 0; v < LAYERS; v++) {
      double ms = 1 + v * 7 % 5;
      layers.add(PlanLayer.of("l" + v, 8 * ms, ms + v % 3));
      List<Integer> readers = new ArrayList<>();
      for (int q = v + 1; q <= v + 2 && q < LAYERS; q++) {
        readers.add(q);
      }
      PlanTensor made = PlanTensor.of("t" + v, v, readers, 30_000 - 1_000L * v);
      tensors.add(readers.isEmpty() ? made.asOutput() : made);
    }
    return new Problem(
        "rehearsal",
        List.of(Tier.of("a"), Tier.of("b")),
        layers,
        tensors,
        List.of(Link.of(18.88, 54.97, 5)),
        Options.DEFAULT);
  }
}
