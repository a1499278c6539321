package org.scalpel.plan;

import com.google.ortools.Loader;
import com.google.ortools.sat.BoolVar;
import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.CpSolver;
import com.google.ortools.sat.CpSolverStatus;
import com.google.ortools.sat.IntVar;
import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.LinearExprBuilder;
import com.google.ortools.sat.Literal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Partitions under hard caps and the best single partition for throughput, exactly: an integer
 * program for CP-SAT with one boolean per layer and link ("beyond"), one per tensor, link and
 * codec, one per link and reach level for the round trip. The native library is loaded on first
 * use.
 */
final class CpPartition {
  /** Not more: with coefficients near 2^40 CP-SAT 9.15 called wrong answers optimal. */
  private static final double UNITS = 0x1p30;

  private final Setup setup;
  private final Instance in;
  private final boolean period;
  private final CpModel model = new CpModel();
  private final double scale;
  private final Literal[][] beyond;
  private final LinearExprBuilder[] load;
  private final LinearExprBuilder[] memory;
  private final LinearExprBuilder sum = LinearExpr.newBuilder();
  private final LinearExprBuilder loss = LinearExpr.newBuilder();
  private final List<CodecChoice> choices = new ArrayList<>();
  private long rounded;

  @SuppressWarnings("ArrayRecordComponent")
  private record CodecChoice(int t, int k, boolean away, BoolVar[] use) {}

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

  CpPartition(Setup setup) {
    this.setup = setup;
    in = setup.in();
    period = setup.request().objective() == Objective.THROUGHPUT;
    double total = 1e-300;
    for (double ms : in.compute) {
      total += ms;
    }
    for (int at = 0; at < setup.crossings().up.length; at++) {
      total += finite(setup.crossings().up[at]) + finite(setup.crossings().down[at]);
    }
    total += new Loads(in, setup.cheapest(), setup.crossings()).value();
    scale = UNITS / total;
    beyond = new Literal[in.layers][in.links];
    load = builders(in.tiers + 2 * in.links);
    memory = builders(in.tiers);
    layers();
    for (int t = 0; t < in.tensors; t++) {
      tensor(t);
    }
    roundTrips();
    caps();
    objective();
  }

  private static double finite(double value) {
    return value < Double.POSITIVE_INFINITY ? value : 0;
  }

  private static LinearExprBuilder[] builders(int count) {
    LinearExprBuilder[] builders = new LinearExprBuilder[count];
    Arrays.setAll(builders, i -> LinearExpr.newBuilder());
    return builders;
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
    if (!setup.bounds().permits(v, k)) {
      model.addImplication(reaches, leaves);
      return;
    }
    PlanLayer.Charges charges = in.problem.layers().get(v).charges();
    double ms = in.compute[v * in.tiers + k] * in.reach[v];
    Prices prices = setup.prices();
    double price =
        prices.tier()[k] * ms
            + in.reach[v]
                * (prices.other().energy() * charges.energyMj(k)
                    + prices.other().money() * charges.money(k));
    between(load[k], reaches, leaves, units(ms));
    between(sum, reaches, leaves, units(price));
    between(memory[k], reaches, leaves, Math.round(charges.memoryMib() * 1024));
  }

  private static void between(LinearExprBuilder to, Literal reaches, Literal leaves, long amount) {
    to.addTerm(reaches, amount).addTerm(leaves, -amount);
  }

  private long units(double ms) {
    rounded++;
    return Math.round(ms * scale);
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
        BoolVar[] use = use(t, k, false);
        model.addBoolOr(with(use, beyond[p][k].not()));
        charge(t, k, false, use, in.returned[t]);
      }
    }
  }

  private void up(int t, int k) {
    Literal made = in.producer[t] < 0 ? model.falseLiteral() : beyond[in.producer[t]][k];
    double below = 0;
    double[] levels =
        Arrays.stream(in.consumer, in.consumerStart[t], in.consumerStart[t + 1])
            .mapToDouble(v -> in.reach[v])
            .distinct()
            .sorted()
            .toArray();
    for (double level : levels) {
      BoolVar[] use = use(t, k, true);
      for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
        if (in.reach[in.consumer[c]] >= level) {
          model.addBoolOr(with(use, made, beyond[in.consumer[c]][k].not()));
        }
      }
      charge(t, k, true, use, level - below);
      below = level;
    }
  }

  private static Literal[] with(BoolVar[] use, Literal... more) {
    Literal[] all = Arrays.copyOf((Literal[]) use, use.length + more.length, Literal[].class);
    System.arraycopy(more, 0, all, use.length, more.length);
    return all;
  }

  /** One boolean per codec that may be used; none over a dead link. */
  private BoolVar[] use(int t, int k, boolean away) {
    double price = (away ? setup.crossings().up : setup.crossings().down)[t * in.links + k];
    if (price == Double.POSITIVE_INFINITY) {
      return new BoolVar[0];
    }
    BoolVar[] use = new BoolVar[Math.max(1, setup.crossings().ways(t))];
    Arrays.setAll(use, c -> model.newBoolVar(""));
    for (int c = 0; c < setup.crossings().ways(t); c++) {
      if (setup.crossings().lossOf(t, c) > setup.maxLoss()) {
        model.addEquality(use[c], 0);
      }
    }
    if (setup.crossings().ways(t) > 1) {
      choices.add(new CodecChoice(t, k, away, use));
    }
    return use;
  }

  private void charge(int t, int k, boolean away, BoolVar[] use, double probability) {
    Link link = in.problem.links().get(k);
    int near = away ? k : k + 1;
    int far = away ? k + 1 : k;
    double rate = away ? link.upMbps() : link.downMbps();
    for (int c = 0; c < use.length; c++) {
      Codec codec = in.problem.tensors().get(t).ways().get(c);
      double ms = codec.bytes() * 8e-3 / rate * probability;
      double encode = codec.encodeMs(near) * probability;
      double decode = codec.decodeMs(far) * probability;
      load[in.tiers + (away ? 0 : in.links) + k].addTerm(use[c], units(ms));
      load[near].addTerm(use[c], units(encode));
      load[far].addTerm(use[c], units(decode));
      Weights weights = in.problem.options().weights();
      double energy = codec.bytes() / 1e6 * link.mjPerMb() * probability;
      sum.addTerm(
          use[c], units(weights.latency() * (ms + encode + decode) + weights.energy() * energy));
      loss.addTerm(use[c], Math.round(codec.loss() * 1e9));
    }
  }

  private void roundTrips() {
    double[] levels = Arrays.stream(in.reach).distinct().sorted().toArray();
    for (int k = 0; k < in.links && !period; k++) {
      double price = setup.prices().rtt()[k] * in.problem.links().get(k).rttMs();
      double below = 0;
      for (double level : levels) {
        BoolVar used = model.newBoolVar("");
        for (int v = 0; v < in.layers && price > 0; v++) {
          if (in.reach[v] >= level) {
            model.addImplication(beyond[v][k], used);
          }
        }
        sum.addTerm(used, units(price * (level - below)));
        below = level;
      }
    }
  }

  private void caps() {
    for (Map.Entry<String, Double> cap : setup.request().limits().maxTierMs().entrySet()) {
      long most = (long) Math.min(0x1p60, Math.floor(cap.getValue() * scale) + rounded);
      model.addLessOrEqual(load[in.problem.tierIndex(cap.getKey())], most);
    }
    for (Map.Entry<String, Double> cap : setup.request().limits().maxMemoryMib().entrySet()) {
      long most = (long) Math.min(0x1p60, Math.floor(cap.getValue() * 1024));
      model.addLessOrEqual(memory[in.problem.tierIndex(cap.getKey())], most);
    }
    if (setup.maxLoss() < Double.POSITIVE_INFINITY) {
      model.addLessOrEqual(loss, (long) Math.floor(Math.min(1e9, setup.maxLoss()) * 1e9));
    }
  }

  private void objective() {
    if (!period) {
      model.minimize(sum);
      return;
    }
    IntVar longest = model.newIntVar(0, 1L << 60, "period");
    for (int r = 0; r < load.length; r++) {
      double sharers =
          r < in.tiers
              ? in.problem.tiers().get(r).sharers()
              : in.problem.links().get((r - in.tiers) % in.links).sharers();
      if (sharers == Math.rint(sharers)) {
        model.addLessOrEqual(
            LinearExpr.newBuilder().addTerm(load[r].build(), (long) sharers), longest);
      } else {
        LinearExpr few = LinearExpr.term(longest, 1000);
        model.addLessOrEqual(
            LinearExpr.newBuilder().addTerm(load[r].build(), Math.round(sharers * 1000)), few);
      }
    }
    model.minimize(longest);
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
        status == CpSolverStatus.MODEL_INVALID
            ? 0
            : (solver.bestObjectiveBound() - rounded) / scale;
    if (!found) {
      return new Result(new int[0], setup.crossings(), bound, proven);
    }
    int[] tierOf = new int[in.layers];
    for (int v = 0; v < in.layers; v++) {
      while (tierOf[v] < in.links && solver.booleanValue(beyond[v][tierOf[v]])) {
        tierOf[v]++;
      }
    }
    Crossings chosen = setup.crossings().copy();
    for (CodecChoice choice : choices) {
      for (int c = 0; c < choice.use().length; c++) {
        if (solver.booleanValue(choice.use()[c])) {
          chosen.take(choice.t(), choice.k(), choice.away(), c);
        }
      }
    }
    return new Result(tierOf, chosen, bound, proven);
  }
}
