package org.scalpel.plan;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Good segments for one stretch: those of the assignments that are good layer by layer, then moves
 * of single layers, with whatever has to follow, judged as segments.
 */
final class SegmentMoves {
  /** Layers times assignments. */
  private static final int WORK = 1_500;

  private final StretchSearch search;
  private final Instance in;
  private final Steps steps;
  private final Set<Integer> seen = new HashSet<>();
  private int left;
  private Optional<Scheduled> best = Optional.empty();

  /**
   * Prepares to go on from what {@code search} has found for single layers.
   *
   * @param share one out of so many parts of the usual work is done
   */
  SegmentMoves(Stretch stretch, StretchSearch search, int share) {
    this.search = search;
    in = stretch.in;
    steps = stretch.steps;
    left = Math.max(2, WORK / in.layers / share);
  }

  /** The best segments found; empty if there was no assignment to start from. */
  Optional<Scheduled> run() {
    for (Scheduled known : search.pool()) {
      if (goesOn() && (best.isEmpty() || known.ms() < best.get().ms())) {
        offer(known.tierOf());
      }
    }
    int still = 0;
    for (int i = 0; goesOn() && still < in.layers; i = (i + 1) % in.layers) {
      still++;
      for (int step = -1; step <= 1 && best.isPresent(); step += 2) {
        int[] moved = search.moved(best.get().tierOf(), in.order[i], step);
        if (moved.length > 0 && search.allows(moved) && offer(moved)) {
          still = 0;
        }
      }
    }
    return best;
  }

  private boolean goesOn() {
    return best.isEmpty() || (left > 0 && !search.reaches(best.get().ms()) && !search.isLate());
  }

  private boolean offer(int[] tierOf) {
    if (!seen.add(Arrays.hashCode(tierOf))) {
      return false;
    }
    JobGraph graph = new JobGraph(in, tierOf, steps, Pieces.layers(in, tierOf));
    if (best.isPresent() && graph.least() >= best.get().ms()) {
      return false;
    }
    left--;
    Scheduled made = SegmentSearch.best(in, steps, tierOf);
    if (best.isEmpty() || made.ms() < best.get().ms() * (1 - 1e-12)) {
      best = Optional.of(made);
      return true;
    }
    return false;
  }
}
