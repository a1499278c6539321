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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tiers and order of all work together, exactly, for CP-SAT: an optional interval per layer and
 * tier, per tensor, link and step (encode, send, decode), no two at once on one resource.
 *
 * <p>Durations are rounded down to ticks, so the bound holds for the true ones; the assignment
 * found is evaluated by list scheduling with the found starts as priorities.
 */
final class CpMakespan {
  private static final double HORIZON = 4e6;
  private static final long IDLE_HORIZON = 1L << 40;

  private final Instance in;
  private final Bounds bounds;
  private final Steps durations;
  private final CpModel model = new CpModel();
  private final double scale;
  private final long horizon;

  /** When work may start at the latest; what is not awaited may start after the end. */
  private final long latest;

  private final Literal[][] on;
  private final Literal[][] beyond;
  private final IntVar[] start;
  private final List<List<IntervalVar>> work = new ArrayList<>();
  private final IntVar end;

  /**
   * When each step of each crossing starts, by {@link JobGraph#code}; empty where it takes none.
   */
  private final Map<Integer, IntVar> steps = new HashMap<>();

  /** When each layer ends. */
  private final LinearExpr[] done;

  /** When what a layer makes is released: at its end, or at that of its segment. */
  private final LinearExpr[] ends;

  /** When a layer has what comes from other tiers: when it, or its segment, may start. */
  private final IntVar[] readyAt;

  /**
   * The segments, if work is done in them. Layers then keep their intervals: each runs at some time
   * between start and release of its segment, and one by one they bound segments from below.
   */
  private final Optional<CpSegments> segments;

  /** What is on each tier in segments: they themselves, and codecs. */
  private final List<List<IntervalVar>> segmentWork = new ArrayList<>();

  /**
   * The result: tiers and the segment on each, when everything starts, a lower bound.
   *
   * @param slot all zero where layers run singly
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Result(int[] tierOf, int[] slot, Starts starts, double bound) {
    boolean segmented() {
      return slot.length > 0;
    }
  }

  static {
    Loader.loadNativeLibraries();
  }

  /** Between what the answer is known to be, ms. */
  record Range(double least, double most) {}

  /** A model of single layers, or of segments, whose answer is in a range. */
  CpMakespan(Stretch stretch, Bounds bounds, Range range, boolean inSegments) {
    in = stretch.in;
    durations = stretch.steps;
    this.bounds = bounds;
    scale = HORIZON / Math.max(range.most, 1e-9);
    horizon = (long) HORIZON + 1;
    latest = durations.idle ? IDLE_HORIZON : horizon;
    on = new Literal[in.layers][in.tiers];
    beyond = new Literal[in.layers][in.links];
    start = new IntVar[in.layers];
    ends = new LinearExpr[in.layers];
    done = new LinearExpr[in.layers];
    readyAt = new IntVar[in.layers];
    for (int r = 0; r < in.tiers + 2 * in.links; r++) {
      work.add(new ArrayList<>());
      segmentWork.add(new ArrayList<>());
    }
    end = model.newIntVar(Math.min(horizon, ticks(range.least)), horizon, "end");
    CpSegments.Scale ticks = new CpSegments.Scale(this::ticks, latest);
    segments =
        inSegments
            ? Optional.of(new CpSegments(in, durations, CpSegments.slots(in, bounds), model, ticks))
            : Optional.empty();
    for (int v : in.order) {
      layer(v);
    }
    for (int t = 0; t < in.tensors; t++) {
      tensor(t);
    }
    segments.ifPresent(all -> all.close(segmentWork));
    work.forEach(model::addNoOverlap);
    segmentWork.forEach(model::addNoOverlap);
    model.minimize(end);
  }

  private long ticks(double ms) {
    return (long) Math.floor(ms * scale);
  }

  private void layer(int v) {
    start[v] = model.newIntVar(0, latest, "");
    readyAt[v] = start[v];
    List<Literal> places = new ArrayList<>();
    var finish = LinearExpr.newBuilder().add(start[v]);
    for (int k = 0; k < in.tiers; k++) {
      boolean possible = possible(v, k);
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
    done[v] = finish.build();
    ends[v] = segments.isPresent() ? released(v) : done[v];
    if (!durations.anyOutput) {
      model.addGreaterOrEqual(end, ends[v]);
    }
  }

  private LinearExpr released(int v) {
    IntVar release = model.newIntVar(0, latest, "");
    model.addGreaterOrEqual(release, done[v]);
    IntVar ready = model.newIntVar(0, latest, "");
    model.addGreaterOrEqual(start[v], ready);
    readyAt[v] = ready;
    segments.orElseThrow().layer(v, on[v], ready, release);
    return LinearExpr.affine(release, 1, 0);
  }

  private boolean possible(int v, int k) {
    return k >= bounds.lowest[v] && k <= bounds.highest[v] && bounds.permits(v, k);
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
      model.addGreaterOrEqual(start[q], done[p]);
      for (int k = 0; k < in.links; k++) {
        model.addImplication(beyond[p][k], beyond[q][k]);
      }
    }
    if (p >= 0) {
      segments.ifPresent(all -> all.follow(t, on));
    }
    if (in.consumerStart[t] < in.consumerStart[t + 1]) {
      outwards(t);
    }
    if (p >= 0 && in.problem.tensors().get(t).output()) {
      model.addGreaterOrEqual(end, ends[p]);
    }
    if (in.returns(t)) {
      back(t);
    }
  }

  private void outwards(int t) {
    int p = in.producer[t];
    LinearExpr made = p < 0 ? LinearExpr.constant(0) : ends[p];
    LinearExpr before = made;
    Optional<Literal> crossed = Optional.empty();
    for (int k = 0; k < in.links; k++) {
      Literal home = p < 0 ? model.falseLiteral() : beyond[p][k];
      if (durations.up.send[t * in.links + k] == Double.POSITIVE_INFINITY) {
        for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
          model.addImplication(beyond[in.consumer[c]][k], home);
        }
        continue;
      }
      BoolVar crosses = model.newBoolVar("");
      for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
        model.addBoolOr(new Literal[] {crosses, home, beyond[in.consumer[c]][k].not()});
      }
      model.addImplication(crosses, home.not());
      LinearExpr there = crossing(t, k, true, crosses, ready(crosses, made, crossed, before));
      for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
        int q = in.consumer[c];
        model
            .addGreaterOrEqual(readyAt[q], there)
            .onlyEnforceIf(new Literal[] {crosses, on[q][k + 1]});
      }
      before = there;
      crossed = Optional.of(crosses);
    }
  }

  /**
   * When a tensor may start to cross: once it is made, and once it is here if it came over a link.
   */
  private LinearExpr ready(
      Literal present, LinearExpr made, Optional<Literal> crossedBefore, LinearExpr there) {
    if (crossedBefore.isEmpty()) {
      return made;
    }
    IntVar ready = model.newIntVar(0, latest, "");
    model.addGreaterOrEqual(ready, made).onlyEnforceIf(present);
    model
        .addGreaterOrEqual(ready, there)
        .onlyEnforceIf(new Literal[] {present, crossedBefore.get()});
    return LinearExpr.affine(ready, 1, 0);
  }

  private void back(int t) {
    int p = in.producer[t];
    LinearExpr before = ends[p];
    Optional<Literal> crossed = Optional.empty();
    for (int k = in.links - 1; k >= 0; k--) {
      if (durations.down.send[t * in.links + k] == Double.POSITIVE_INFINITY) {
        continue;
      }
      Literal present = beyond[p][k];
      before = crossing(t, k, false, present, ready(present, ends[p], crossed, before));
      crossed = Optional.of(present);
      model.addGreaterOrEqual(end, before).onlyEnforceIf(present);
    }
  }

  /** Encode, send, decode, each after the other, if present; the expression is when it is there. */
  private LinearExpr crossing(int t, int k, boolean away, Literal present, LinearExpr after) {
    int at = t * in.links + k;
    Steps.Way way = away ? durations.up : durations.down;
    int code = JobGraph.code(at, away);
    int link = in.tiers + (away ? 0 : in.links) + k;
    Step encode = new Step(code, away ? k : k + 1, ticks(way.encode[at]), 0);
    Step send = new Step(code + 1, link, ticks(way.send[at]), ticks(durations.half[k]));
    Step decode = new Step(code + 2, away ? k + 1 : k, ticks(way.decode[at]), 0);
    LinearExpr there = step(send, present, step(encode, present, after));
    return step(decode, present, there);
  }

  /** One step of a crossing: its number, where it happens, how long, and what passes after it. */
  private record Step(int code, int resource, long length, long delay) {}

  private LinearExpr step(Step step, Literal present, LinearExpr after) {
    if (step.length == 0 && step.delay == 0) {
      return after;
    }
    IntVar from = model.newIntVar(0, latest, "");
    steps.put(step.code, from);
    model.addGreaterOrEqual(from, after).onlyEnforceIf(present);
    occupy(step.resource, from, step.length, present);
    if (segments.isPresent() && step.resource < in.tiers && step.length > 0) {
      IntervalVar interval = model.newOptionalFixedSizeIntervalVar(from, step.length, present, "");
      segmentWork.get(step.resource).add(interval);
    }
    return LinearExpr.affine(from, 1, step.length + step.delay);
  }

  /** Starts the search from an assignment and its segments. */
  void hint(int[] tierOf, int[] slot) {
    segments.ifPresent(all -> all.hint(tierOf, slot));
    for (int v = 0; v < in.layers; v++) {
      for (int k = 0; k < in.tiers; k++) {
        if (possible(v, k)) {
          model.addHint((BoolVar) on[v][k], tierOf[v] == k);
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
      bound = status == CpSolverStatus.UNKNOWN ? bound : 0;
      return new Result(new int[0], new int[0], Starts.of(in), bound);
    }
    int[] tierOf = new int[in.layers];
    int[] slot = new int[segments.isPresent() ? in.layers : 0];
    Starts starts = Starts.of(in);
    for (int v = 0; v < in.layers; v++) {
      starts.layer()[v] = solver.value(start[v]) / scale;
      for (int k = 0; k < in.tiers; k++) {
        if (solver.booleanValue(on[v][k])) {
          tierOf[v] = k;
        }
      }
      if (segments.isPresent()) {
        slot[v] = segments.get().slot(solver, v, tierOf[v]);
        starts.layer()[v] = segments.get().start(solver, tierOf[v], slot[v]) / scale;
      }
    }
    steps.forEach((code, from) -> starts.step()[code] = solver.value(from) / scale);
    return new Result(tierOf, slot, starts, bound);
  }
}
