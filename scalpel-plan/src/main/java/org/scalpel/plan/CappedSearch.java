package org.scalpel.plan;

import java.util.Optional;

/**
 * The partition of least priced cost among those that keep the hard caps. The caps are priced too:
 * each set of prices gives one cut, the priced value less price times cap is a lower bound
 * (Lagrange), any cut that keeps the caps is an answer. The prices move by subgradients with
 * Polyak's step, shorter when the bound stops rising. What gap remains is closed by CP-SAT.
 */
final class CappedSearch {
  private static final int ROUNDS = 60;
  private static final double CLOSED = 1e-9;
  private static final double LEAST_SECONDS = 0.1;

  /** Beyond so many layers the exact search has no chance; prices alone give plan and gap. */
  private static final int MOST_LAYERS = 5_000;

  private final Setup setup;
  private final CapRows rows;
  private final Prices base;
  private final Crossings own;
  private final double[] price;
  private Optional<Found> best = Optional.empty();
  private double value = Double.POSITIVE_INFINITY;
  private double bound;
  private boolean proven;

  CappedSearch(Setup setup, Prices base) {
    this.setup = setup;
    this.base = base;
    rows = setup.hard();
    own = new Crossings(setup.in(), base, setup.maxLoss());
    price = new double[rows.count()];
  }

  /** Prices the caps. */
  CappedSearch run() {
    double[] over = attempt();
    double step = 1;
    double most = Ticks.most(setup.in(), base, own) * (1 + CLOSED) + CLOSED;
    for (int round = 0; round < ROUNDS && isOpen() && bound <= most; round++) {
      if (setup.isLate()) {
        break;
      }
      double before = bound;
      double target = value < Double.POSITIVE_INFINITY ? value : 2 * bound + 1;
      move(over, step * (target - bound + 1e-9));
      over = attempt();
      step = bound > before ? step : step * 0.8;
    }
    if (best.isEmpty()) {
      // Simple answers, so that a limit that is reached early still has one.
      offerOwn(setup.bounds().lowest.clone());
      offerOwn(setup.bounds().highest.clone());
    }
    // A bound above what anything can cost: nothing keeps the caps.
    proven = !isOpen() || bound > most;
    return this;
  }

  /** Closes the gap exactly, for so many seconds at most. */
  CappedSearch close(double seconds) {
    if (proven || setup.in().layers > MOST_LAYERS) {
      return this;
    }
    double end = System.nanoTime() / 1e9 + seconds;
    CpPartition.Result result = exact(false, seconds);
    bound = Math.max(bound, Math.min(value, result.bound()));
    boolean kept = result.tierOf().length > 0 && offer(found(result));
    if (result.tierOf().length > 0 && !kept && isOpen()) {
      // The model's rounding let a cap slip: once more, rounded the other way.
      CpPartition.Result strict =
          exact(true, Math.max(LEAST_SECONDS, end - System.nanoTime() / 1e9));
      if (strict.tierOf().length > 0) {
        offer(found(strict));
      }
    }
    proven = result.proven();
    if (proven && kept) {
      bound = Math.max(bound, value);
    }
    return this;
  }

  private Found found(CpPartition.Result result) {
    return Found.of(setup.in(), result.tierOf(), result.crossings());
  }

  private CpPartition.Result exact(boolean strict, double seconds) {
    CpPartition model = new CpPartition(setup, Optional.of(base), strict);
    best.ifPresent(known -> model.hint(known.tierOf()));
    return model.solve(Math.max(LEAST_SECONDS, seconds));
  }

  private boolean isOpen() {
    return value > bound * (1 + CLOSED) + 1e-12;
  }

  private void move(double[] over, double gap) {
    double norm = 1e-300;
    for (double excess : over) {
      norm += excess * excess;
    }
    for (int row = 0; row < price.length; row++) {
      price[row] = Math.max(0, price[row] + gap * over[row] / norm);
    }
  }

  /** Solves at the present prices; returns by how much each cap is exceeded. */
  private double[] attempt() {
    Instance in = setup.in();
    Prices prices = rows.prices(base, price);
    Crossings crossings = new Crossings(in, prices, setup.maxLoss());
    double ticks = Ticks.finest(in, prices, crossings);
    int[] tierOf = CutOracle.cut(in, setup.bounds(), prices, crossings, ticks);
    Found cut = Found.of(in, tierOf, crossings);
    double[] over = rows.priced(cut.loads());
    double lagrangian = base.value(cut.loads());
    for (int row = 0; row < over.length; row++) {
      over[row] -= rows.most(row);
      lagrangian += price[row] * over[row];
    }
    bound = Math.max(bound, lagrangian);
    offer(cut);
    offerOwn(tierOf);
    return over;
  }

  /** The same tiers with the codecs that are cheapest at the prices asked for. */
  private void offerOwn(int[] tierOf) {
    try {
      offer(Found.of(setup.in(), tierOf, setup.lossy(tierOf, own)));
    } catch (InfeasibleException tooLossy) {
      return;
    }
  }

  private boolean offer(Found found) {
    if (!rows.keeps(found.loads()) || !setup.allows(found.tierOf())) {
      return false;
    }
    double cost = base.value(found.loads());
    if (cost < value) {
      value = cost;
      best = Optional.of(found);
    }
    return true;
  }

  /** The best found. */
  Optional<Found> best() {
    return best;
  }

  double value() {
    return value;
  }

  /** A proven lower bound. */
  double bound() {
    return bound;
  }

  /** True if the best found is the best there is, or nothing found means that nothing exists. */
  boolean proven() {
    return proven;
  }
}
