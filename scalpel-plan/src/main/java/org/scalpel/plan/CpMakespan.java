package org.scalpel.plan;

import com.google.ortools.Loader;
import com.google.ortools.sat.BoolVar;
import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.CpSolver;
import com.google.ortools.sat.CpSolverStatus;
import com.google.ortools.sat.IntVar;
import com.google.ortools.sat.IntervalVar;
import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.Literal;
import java.util.ArrayList;
import java.util.List;

/**
 * Tiers and order of all work together, exactly, for CP-SAT: an optional interval per layer and
 * tier, per tensor, link and step (encode, send, decode), no two at once on one resource.
 *
 * <p>Durations are rounded down to ticks, so the bound holds for the true ones; the assignment
 * found is evaluated by list scheduling with the found starts as priorities.
 */
final class CpMakespan {
  private static final double HORIZON = 4e6;

  private final Setup setup;
  private final Instance in;
  private final CpModel model = new CpModel();
  private final double scale;
  private final long horizon;
  private final Literal[][] on;
  private final Literal[][] beyond;
  private final IntVar[] start;
  private final List<List<IntervalVar>> work = new ArrayList<>();
  private final IntVar end;

  /** When each layer ends. */
  private final LinearExpr[] ends;

  /** The result: tiers, starts of layers in ms, a lower bound. */
  @SuppressWarnings("ArrayRecordComponent")
  record Result(int[] tierOf, double[] start, double bound) {}

  static {
    Loader.loadNativeLibraries();
  }

  /** A model whose answer is at most {@code known} ms. */
  CpMakespan(Setup setup, double known) {
    this.setup = setup;
    in = setup.in();
    scale = HORIZON / Math.max(known, 1e-9);
    horizon = (long) HORIZON + 1;
    on = new Literal[in.layers][in.tiers];
    beyond = new Literal[in.layers][in.links];
    start = new IntVar[in.layers];
    ends = new LinearExpr[in.layers];
    for (int r = 0; r < in.tiers + 2 * in.links; r++) {
      work.add(new ArrayList<>());
    }
    end = model.newIntVar(0, horizon, "end");
    for (int v : in.order) {
      layer(v);
    }
    for (int t = 0; t < in.tensors; t++) {
      tensor(t);
    }
    work.forEach(model::addNoOverlap);
    model.minimize(end);
  }

  private long ticks(double ms) {
    return (long) Math.floor(ms * scale);
  }

  private void layer(int v) {
    start[v] = model.newIntVar(0, horizon, "");
    List<Literal> places = new ArrayList<>();
    var finish = LinearExpr.newBuilder().add(start[v]);
    for (int k = 0; k < in.tiers; k++) {
      boolean possible =
          k >= setup.bounds().lowest[v]
              && k <= setup.bounds().highest[v]
              && setup.bounds().permits(v, k);
      on[v][k] = possible ? model.newBoolVar("") : model.falseLiteral();
      long length = ticks(in.compute[v * in.tiers + k]);
      if (possible) {
        places.add(on[v][k]);
        finish.addTerm(on[v][k], length);
        occupy(k, start[v], length, on[v][k]);
      }
    }
    model.addExactlyOne(places);
    for (int k = 0; k < in.links; k++) {
      BoolVar far = model.newBoolVar("");
      Literal[] farther = new Literal[in.links - k];
      System.arraycopy(on[v], k + 1, farther, 0, farther.length);
      model.addEquality(LinearExpr.sum(farther), far);
      beyond[v][k] = far;
    }
    ends[v] = finish.build();
    model.addGreaterOrEqual(end, ends[v]);
  }

  private void occupy(int resource, IntVar from, long length, Literal present) {
    if (length > 0) {
      work.get(resource).add(model.newOptionalFixedSizeIntervalVar(from, length, present, ""));
    }
  }

  private void tensor(int t) {
    int p = in.producer[t];
    for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1] && p >= 0; c++) {
      int q = in.consumer[c];
      model.addGreaterOrEqual(start[q], ends[p]);
      for (int k = 0; k < in.links; k++) {
        model.addImplication(beyond[p][k], beyond[q][k]);
      }
    }
    if (in.consumerStart[t] < in.consumerStart[t + 1]) {
      outwards(t);
    }
    if (in.returns(t)) {
      back(t);
    }
  }

  private void outwards(int t) {
    int p = in.producer[t];
    LinearExpr before = p < 0 ? LinearExpr.constant(0) : ends[p];
    for (int k = 0; k < in.links; k++) {
      if (setup.crossings().up[t * in.links + k] == Double.POSITIVE_INFINITY) {
        for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
          Literal made = p < 0 ? model.falseLiteral() : beyond[p][k];
          model.addImplication(beyond[in.consumer[c]][k], made);
        }
        continue;
      }
      BoolVar crosses = model.newBoolVar("");
      for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
        Literal made = p < 0 ? model.falseLiteral() : beyond[p][k];
        model.addBoolOr(new Literal[] {crosses, made, beyond[in.consumer[c]][k].not()});
      }
      if (p >= 0) {
        model.addImplication(crosses, beyond[p][k].not());
      }
      LinearExpr there = crossing(t, k, true, crosses, before);
      for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
        int q = in.consumer[c];
        model
            .addGreaterOrEqual(start[q], there)
            .onlyEnforceIf(new Literal[] {crosses, on[q][k + 1]});
      }
      before = there;
    }
  }

  private void back(int t) {
    int p = in.producer[t];
    LinearExpr before = ends[p];
    for (int k = in.links - 1; k >= 0; k--) {
      if (setup.crossings().down[t * in.links + k] == Double.POSITIVE_INFINITY) {
        continue;
      }
      before = crossing(t, k, false, beyond[p][k], before);
      model.addGreaterOrEqual(end, before).onlyEnforceIf(beyond[p][k]);
    }
  }

  /** Encode, send, decode, each after the other, if present; the expression is when it is there. */
  private LinearExpr crossing(int t, int k, boolean away, Literal present, LinearExpr after) {
    Codec codec = setup.crossings().codec(t, k, away);
    Link link = in.problem.links().get(k);
    int near = away ? k : k + 1;
    int far = away ? k + 1 : k;
    LinearExpr ready = step(near, ticks(codec.encodeMs(near)), 0, present, after);
    double rate = away ? link.upMbps() : link.downMbps();
    long sending = ticks(codec.bytes() * 8e-3 / rate);
    int resource = in.tiers + (away ? 0 : in.links) + k;
    LinearExpr there = step(resource, sending, ticks(link.rttMs() / 2), present, ready);
    return step(far, ticks(codec.decodeMs(far)), 0, present, there);
  }

  private LinearExpr step(
      int resource, long length, long delay, Literal present, LinearExpr after) {
    if (length == 0 && delay == 0) {
      return after;
    }
    IntVar from = model.newIntVar(0, horizon, "");
    model.addGreaterOrEqual(from, after).onlyEnforceIf(present);
    occupy(resource, from, length, present);
    return LinearExpr.affine(from, 1, length + delay);
  }

  /** Starts the search from an assignment. */
  void hint(int[] tierOf) {
    for (int v = 0; v < in.layers; v++) {
      for (int k = 0; k < in.tiers; k++) {
        if (on[v][k] instanceof BoolVar place) {
          model.addHint(place, tierOf[v] == k);
        }
      }
    }
  }

  /** Searches until the time is over. */
  Result solve(double seconds) {
    CpSolver solver = new CpSolver();
    int workers = Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors()));
    solver.getParameters().setMaxTimeInSeconds(seconds).setNumWorkers(workers).setRandomSeed(1);
    CpSolverStatus status = solver.solve(model);
    double bound = Math.max(0, solver.bestObjectiveBound() / scale);
    if (status != CpSolverStatus.OPTIMAL && status != CpSolverStatus.FEASIBLE) {
      return new Result(new int[0], new double[0], status == CpSolverStatus.UNKNOWN ? bound : 0);
    }
    int[] tierOf = new int[in.layers];
    double[] starts = new double[in.layers];
    for (int v = 0; v < in.layers; v++) {
      starts[v] = solver.value(start[v]) / scale;
      for (int k = 0; k < in.tiers; k++) {
        if (solver.booleanValue(on[v][k])) {
          tierOf[v] = k;
        }
      }
    }
    return new Result(tierOf, starts, bound);
  }
}
