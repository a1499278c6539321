package org.scalpel.plan;

import com.google.ortools.Loader;
import com.google.ortools.sat.BoolVar;
import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.CpSolver;
import com.google.ortools.sat.CpSolverStatus;
import com.google.ortools.sat.IntVar;
import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.Literal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Partitions under hard caps, of least priced sum or of least period, exactly: an integer program
 * for CP-SAT with one boolean per layer and link ("beyond"), one per tensor, link and codec, one
 * per link and reach level for the round trip. Every amount is taken from {@link Loads}, so the
 * model counts what the definitions count. The native library is loaded on first use.
 */
final class CpPartition {
  private final Setup setup;
  private final Instance in;
  private final Optional<Prices> prices;
  private final CpModel model = new CpModel();
  private final Literal[][] beyond;
  private final Terms sum = new Terms();
  private final Terms[] load;
  private final Terms[] capped;
  private final List<CodecChoice> choices = new ArrayList<>();
  private double scale;
  private long slack;

  @SuppressWarnings("ArrayRecordComponent")
  private record CodecChoice(Site at, BoolVar[] use) {}

  private record Site(int t, int k, boolean away) {}

  /**
   * What was found.
   *
   * @param bound on the objective, whatever was found
   * @param proven infeasible if no assignment was found
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Result(int[] tierOf, Crossings crossings, double bound, boolean proven) {}

  static {
    Loader.loadNativeLibraries();
  }

  /**
   * A model.
   *
   * @param prices of the sum to minimise; without them the period is
   * @param strict true if rounding must not let a cap slip; then the bound may be too high
   */
  CpPartition(Setup setup, Optional<Prices> prices, boolean strict) {
    this.setup = setup;
    in = setup.in();
    this.prices = prices;
    beyond = new Literal[in.layers][in.links];
    load = terms(prices.isPresent() ? 0 : in.tiers + 2 * in.links);
    capped = terms(setup.hard().count() + (prices.isPresent() ? 0 : setup.mean().count()));
    layers();
    for (int t = 0; t < in.tensors; t++) {
      tensor(t);
    }
    roundTrips();
    caps(strict);
    objective();
  }

  private static Terms[] terms(int count) {
    Terms[] terms = new Terms[count];
    Arrays.setAll(terms, i -> new Terms());
    return terms;
  }

  /** Counts what {@code event} adds to empty loads while a literal holds. */
  private void count(Consumer<Loads> event, Adder to) {
    Loads loads = new Loads(in);
    event.accept(loads);
    prices.ifPresent(at -> to.add(sum, at.value(loads)));
    double[] resources = load.length == 0 ? new double[0] : loads.resources();
    for (int r = 0; r < load.length; r++) {
      to.add(load[r], resources[r]);
    }
    for (int c = 0; c < capped.length; c++) {
      to.add(capped[c], cap(c).used(loads));
    }
  }

  private interface Adder {
    void add(Terms to, double amount);
  }

  private Cap cap(int c) {
    int hard = setup.hard().count();
    return c < hard ? setup.hard().caps().get(c) : setup.mean().caps().get(c - hard);
  }

  private void layers() {
    for (int v : in.order) {
      for (int k = 0; k < in.links; k++) {
        if (k < setup.bounds().lowest[v]) {
          beyond[v][k] = model.trueLiteral();
        } else if (k >= setup.bounds().highest[v]) {
          beyond[v][k] = model.falseLiteral();
        } else {
          beyond[v][k] = model.newBoolVar("");
        }
        if (k > 0) {
          model.addImplication(beyond[v][k], beyond[v][k - 1]);
        }
      }
      for (int k = 0; k < in.tiers; k++) {
        layer(v, k);
      }
    }
  }

  private void layer(int v, int k) {
    Literal reaches = k == 0 ? model.trueLiteral() : beyond[v][k - 1];
    Literal leaves = k == in.links ? model.falseLiteral() : beyond[v][k];
    if (setup.bounds().permits(v, k)) {
      count(loads -> loads.compute(v, k), (to, amount) -> to.between(reaches, leaves, amount));
    } else {
      model.addImplication(reaches, leaves);
    }
  }

  private void tensor(int t) {
    int p = in.producer[t];
    for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1] && p >= 0; c++) {
      for (int k = 0; k < in.links; k++) {
        model.addImplication(beyond[p][k], beyond[in.consumer[c]][k]);
      }
    }
    for (int k = 0; k < in.links; k++) {
      if (in.consumerStart[t] < in.consumerStart[t + 1]) {
        up(t, k);
      }
      if (in.returns(t)) {
        down(t, k);
      }
    }
  }

  private void down(int t, int k) {
    Site at = new Site(t, k, false);
    BoolVar[] use = use(at);
    model.addBoolOr(with(use, beyond[in.producer[t]][k].not()));
    for (int c = 0; c < use.length; c++) {
      charge(at, c, use[c], new double[] {in.returned[t], 1});
    }
  }

  /**
   * One boolean per codec says that the tensor crosses with it; with several levels of reach, one
   * more per level and codec says that it does so for that level's readers.
   */
  private void up(int t, int k) {
    Literal made = in.producer[t] < 0 ? model.falseLiteral() : beyond[in.producer[t]][k];
    Site at = new Site(t, k, true);
    BoolVar[] use = use(at);
    double below = 0;
    for (double level : levels(t)) {
      boolean first = below == 0;
      BoolVar[] here = first ? use : booleans(use.length);
      for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
        if (in.reach[in.consumer[c]] >= level) {
          model.addBoolOr(with(here, made, beyond[in.consumer[c]][k].not()));
        }
      }
      for (int c = 0; c < use.length; c++) {
        model.addImplication(here[c], use[c]);
        charge(at, c, here[c], new double[] {level - below, first ? 1 : 0});
      }
      below = level;
    }
  }

  private double[] levels(int t) {
    return Arrays.stream(in.consumer, in.consumerStart[t], in.consumerStart[t + 1])
        .mapToDouble(v -> in.reach[v])
        .distinct()
        .sorted()
        .toArray();
  }

  private BoolVar[] booleans(int count) {
    BoolVar[] all = new BoolVar[count];
    Arrays.setAll(all, c -> model.newBoolVar(""));
    return all;
  }

  private static Literal[] with(BoolVar[] use, Literal... more) {
    Literal[] all = Arrays.copyOf((Literal[]) use, use.length + more.length, Literal[].class);
    System.arraycopy(more, 0, all, use.length, more.length);
    return all;
  }

  /** One boolean per codec that may be used; none over a dead link. */
  private BoolVar[] use(Site at) {
    Crossings crossings = setup.crossings();
    double price = (at.away() ? crossings.up : crossings.down)[at.t() * in.links + at.k()];
    if (price == Double.POSITIVE_INFINITY) {
      return new BoolVar[0];
    }
    BoolVar[] use = booleans(Math.max(1, crossings.ways(at.t())));
    for (int c = 0; c < crossings.ways(at.t()); c++) {
      if (crossings.lossOf(at.t(), c) > setup.maxLoss()) {
        model.addEquality(use[c], 0);
      }
    }
    if (crossings.ways(at.t()) > 1) {
      model.addAtMostOne(use);
      choices.add(new CodecChoice(at, use));
    }
    return use;
  }

  /** Charges a crossing with a probability, and its loss so many times. */
  private void charge(Site at, int c, BoolVar use, double[] often) {
    Codec codec = in.problem.tensors().get(at.t()).ways().get(c);
    count(
        loads -> {
          loads.cross(codec, at.k(), at.away(), often[0]);
          loads.loss *= often[1];
        },
        (to, amount) -> to.add(use, amount));
  }

  private void roundTrips() {
    double[] levels = Arrays.stream(in.reach).distinct().sorted().toArray();
    for (int k = 0; k < in.links; k++) {
      int link = k;
      double rtt = in.problem.links().get(k).rttMs();
      double below = 0;
      for (double level : levels) {
        BoolVar used = model.newBoolVar("");
        for (int v = 0; v < in.layers && rtt > 0; v++) {
          if (in.reach[v] >= level) {
            model.addImplication(beyond[v][k], used);
          }
        }
        double step = level - below;
        count(loads -> loads.rtt[link] = rtt * step, (to, amount) -> to.add(used, amount));
        below = level;
      }
    }
  }

  private void caps(boolean strict) {
    for (int c = 0; c < capped.length; c++) {
      double units = Terms.scale(Math.max(capped[c].total(), 1e-6));
      long rounding = capped[c].slack(units) + 1;
      double most = Math.floor(cap(c).loosened() * units) + (strict ? -rounding : rounding);
      if (most < Math.ceil(capped[c].total() * units) + rounding) {
        model.addLessOrEqual(capped[c].sum(units), (long) Math.max(-1, most));
      }
    }
  }

  private void objective() {
    if (prices.isPresent()) {
      scale = Terms.scale(sum.total());
      slack = sum.slack(scale);
      model.minimize(sum.sum(scale));
      return;
    }
    double total = 0;
    for (Terms one : load) {
      total = Math.max(total, one.total());
    }
    scale = Terms.scale(total);
    IntVar longest = model.newIntVar(0, 1L << 40, "period");
    for (Terms one : load) {
      slack = Math.max(slack, one.slack(scale));
      model.addLessOrEqual(one.sum(scale), longest);
    }
    model.minimize(LinearExpr.affine(longest, 1, 0));
  }

  /** Starts the search from an assignment. */
  void hint(int[] tierOf) {
    for (int v = 0; v < in.layers; v++) {
      for (int k = setup.bounds().lowest[v]; k < setup.bounds().highest[v]; k++) {
        model.addHint(beyond[v][k], tierOf[v] > k);
      }
    }
  }

  /** Searches until the time is over. */
  Result solve(double seconds) {
    CpSolver solver = new CpSolver();
    solver.getParameters().setMaxTimeInSeconds(seconds).setNumWorkers(1).setRandomSeed(1);
    CpSolverStatus status = solver.solve(model);
    boolean found = status == CpSolverStatus.OPTIMAL || status == CpSolverStatus.FEASIBLE;
    boolean proven = status == CpSolverStatus.OPTIMAL || status == CpSolverStatus.INFEASIBLE;
    double bound =
        status == CpSolverStatus.MODEL_INVALID || !found
            ? 0
            : (solver.bestObjectiveBound() - slack) / scale;
    if (!found) {
      return new Result(new int[0], setup.crossings(), bound, proven);
    }
    int[] tierOf = new int[in.layers];
    for (int v = 0; v < in.layers; v++) {
      while (tierOf[v] < in.links && solver.booleanValue(beyond[v][tierOf[v]])) {
        tierOf[v]++;
      }
    }
    Crossings chosen =
        prices.map(at -> new Crossings(in, at, setup.maxLoss())).orElse(setup.crossings()).copy();
    for (CodecChoice choice : choices) {
      for (int c = 0; c < choice.use().length; c++) {
        if (solver.booleanValue(choice.use()[c])) {
          chosen.take(choice.at().t(), choice.at().k(), choice.at().away(), c);
        }
      }
    }
    return new Result(tierOf, chosen, Math.max(0, bound), proven);
  }
}
