package org.scalpel.plan;

/**
 * DADS for heavy load (Hu et al., INFOCOM 2019, Algorithm 2): the light-load graph with edge times
 * scaled by α and cloud times by γ, swept over a grid that shrinks around the best, keeping the
 * partition with the smallest real largest stage. α = γ = 1 is in the grid, so it is within three
 * times the best single partition.
 *
 * <p>The published grid has a step of 1 up to total time over the shortest transmission, which can
 * mean a million cuts; here each axis has at most {@link #POINTS} points. The slips of the printed
 * algorithm (stage times of the scaled graph returned, the plan not stored, negative weights) are
 * mended.
 */
final class DadsHeavy extends Solver {
  static final int POINTS = 12;
  private static final int REFINEMENTS = 4;

  @Override
  public String name() {
    return "dads-heavy";
  }

  @Override
  Plan solve(Setup setup, long start) {
    int[] tierOf = TierPair.best(setup, name(), pair -> new Sweep(pair).run());
    return setup.plan(name(), tierOf, LowerBounds.of(setup), start);
  }

  private record Axis(double from, double to, double step) {
    static Axis around(double middle, double step) {
      return new Axis(Math.max(0, middle - step), middle + step, step / 4);
    }
  }

  /** The sweep of one pair of tiers. */
  private static final class Sweep {
    private final TierPair pair;
    private int[] best = new int[0];
    private double least = Double.POSITIVE_INFINITY;
    private double bestAlpha = 1;
    private double bestGamma = 1;

    Sweep(TierPair pair) {
      this.pair = pair;
    }

    int[] run() {
      attempt(1, 1);
      double shortest = shortestTransfer();
      double alphaEnd = Math.max(2, total(pair.near()) / shortest);
      double gammaEnd = Math.max(2, total(pair.far()) / shortest);
      double alphaStep = Math.max(1, alphaEnd / POINTS);
      double gammaStep = Math.max(1, gammaEnd / POINTS);
      grid(new Axis(0, alphaEnd, alphaStep), new Axis(0, gammaEnd, gammaStep));
      for (int i = 0; i < REFINEMENTS; i++) {
        double before = least;
        grid(Axis.around(bestAlpha, alphaStep), Axis.around(bestGamma, gammaStep));
        alphaStep /= 4;
        gammaStep /= 4;
        if (least >= before) {
          break;
        }
      }
      return best;
    }

    private void grid(Axis alphas, Axis gammas) {
      for (double alpha = alphas.from(); alpha <= alphas.to(); alpha += alphas.step()) {
        for (double gamma = gammas.from(); gamma <= gammas.to(); gamma += gammas.step()) {
          attempt(alpha, gamma);
        }
      }
    }

    private void attempt(double alpha, double gamma) {
      int[] tierOf = new PublishedCut(pair, alpha, gamma).tiers();
      if (tierOf.length == 0) {
        return;
      }
      Setup setup = pair.setup();
      double period = new Loads(setup.in(), tierOf, setup.crossings()).periodMs();
      if (period < least) {
        least = period;
        best = tierOf;
        bestAlpha = alpha;
        bestGamma = gamma;
      }
    }

    private double total(int k) {
      double sum = 0;
      for (int v = 0; v < pair.setup().in().layers; v++) {
        double ms = pair.compute(v, k);
        sum += ms < Double.POSITIVE_INFINITY ? ms : 0;
      }
      return sum;
    }

    private double shortestTransfer() {
      double shortest = Double.POSITIVE_INFINITY;
      for (int t = 0; t < pair.setup().in().tensors; t++) {
        double ms = pair.transfer(t);
        shortest = ms > 0 ? Math.min(shortest, ms) : shortest;
      }
      return shortest;
    }
  }
}
