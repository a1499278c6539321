package org.scalpel.plan;

import com.google.ortools.sat.BoolVar;
import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.CpSolver;
import com.google.ortools.sat.IntVar;
import com.google.ortools.sat.IntervalVar;
import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.LinearExprBuilder;
import com.google.ortools.sat.Literal;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleToLongFunction;

/**
 * The segments of a stretch for CP-SAT: every tier has a row of slots, one after the other in time,
 * and every layer a place in the row of all slots, tier after tier, that never falls along a
 * tensor. What is in a slot starts together, once all of it has what it reads, and is released
 * together.
 */
final class CpSegments {
  /** Layers times slots beyond which the model is too large to be of use. */
  private static final int MOST_PLACES = 12_000;

  private final Instance in;
  private final Steps steps;
  private final CpModel model;
  private final DoubleToLongFunction ticks;
  private final long latest;

  /** The first slot of each tier, and behind the last one their number. */
  private final int[] first;

  /** {@code [layer][slot]}: it is there; it is there or in a slot before. */
  private final Literal[][] there;

  private final Literal[][] upTo;
  private final Literal[] used;
  private final LinearExprBuilder[] length;
  private final IntVar[] start;
  private final IntVar[] finish;

  /** How ms become ticks, and when work may start at the latest. */
  record Scale(DoubleToLongFunction ticks, long latest) {}

  /** Empty slots, so many on each tier. */
  CpSegments(Instance in, Steps steps, int[] slots, CpModel model, Scale scale) {
    this.in = in;
    this.steps = steps;
    this.model = model;
    ticks = scale.ticks;
    latest = scale.latest;
    first = new int[in.tiers + 1];
    for (int k = 0; k < in.tiers; k++) {
      first[k + 1] = first[k] + slots[k];
    }
    there = new Literal[in.layers][];
    upTo = new Literal[in.layers][];
    used = new Literal[first[in.tiers]];
    length = new LinearExprBuilder[used.length];
    start = new IntVar[used.length];
    finish = new IntVar[used.length];
    for (int s = 0; s < used.length; s++) {
      used[s] = model.newBoolVar("");
      length[s] = LinearExpr.newBuilder();
      start[s] = model.newIntVar(0, scale.latest, "");
      finish[s] = model.newIntVar(0, scale.latest, "");
    }
  }

  /**
   * How many segments each tier may need: one more than tensors can come to it and go from it, for
   * two in a row between which none comes or goes are as well one. What crosses a link lies on no
   * common way, so the number of ways that cover all tensors bounds it.
   */
  static int[] slots(Instance in, Bounds bounds) {
    int[] surplus = new int[in.layers];
    int width = 0;
    int returns = 0;
    for (int t = 0; t < in.tensors; t++) {
      int readers = in.consumerStart[t + 1] - in.consumerStart[t];
      int ends = readers + (in.problem.tensors().get(t).output() ? 1 : 0);
      if (in.producer[t] < 0) {
        width += readers;
      } else {
        surplus[in.producer[t]] += ends;
        returns += in.returns(t) ? 1 : 0;
      }
      for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
        surplus[in.consumer[c]]--;
      }
    }
    for (int more : surplus) {
      width += Math.max(0, more);
    }
    int[] slots = new int[in.tiers];
    for (int k = 0; k < in.tiers; k++) {
      int possible = 0;
      for (int v = 0; v < in.layers; v++) {
        possible += bounds.lowest[v] <= k && k <= bounds.highest[v] ? 1 : 0;
      }
      int come = k > 0 ? width : 0;
      int go = k < in.links || returns > 0 ? width : 1;
      slots[k] = Math.min(possible, 1 + come + go + 2 * returns);
    }
    return slots;
  }

  /** True if a model with so many slots is small enough to be of use. */
  static boolean fits(Instance in, int[] slots) {
    long places = 0;
    for (int count : slots) {
      places += (long) count * in.layers;
    }
    return places <= MOST_PLACES;
  }

  /** Places a layer: {@code ready} is when it has what it reads, {@code end} its release. */
  void layer(int v, Literal[] on, IntVar ready, IntVar end) {
    there[v] = new Literal[used.length];
    upTo[v] = new Literal[used.length];
    for (int k = 0; k < in.tiers; k++) {
      long work = ticks.applyAsLong(in.compute[v * in.tiers + k]);
      LinearExprBuilder onTier = LinearExpr.newBuilder();
      for (int s = first[k]; s < first[k + 1]; s++) {
        there[v][s] = model.newBoolVar("");
        upTo[v][s] = model.newBoolVar("");
        onTier.add(there[v][s]);
        length[s].addTerm(there[v][s], work);
        model.addImplication(there[v][s], used[s]);
        model.addGreaterOrEqual(start[s], ready).onlyEnforceIf(there[v][s]);
        model.addGreaterOrEqual(end, finish[s]).onlyEnforceIf(there[v][s]);
      }
      model.addEquality(onTier, on[k]);
    }
    model.addExactlyOne(there[v]);
    for (int s = 0; s < used.length; s++) {
      LinearExprBuilder sum = LinearExpr.newBuilder().add(there[v][s]);
      if (s > 0) {
        sum.add(upTo[v][s - 1]);
      }
      model.addEquality(sum, upTo[v][s]);
    }
  }

  /** What a layer made is read in no earlier slot. */
  void follow(int t, Literal[][] on) {
    int p = in.producer[t];
    for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
      for (int s = 0; s < used.length; s++) {
        model.addImplication(upTo[in.consumer[c]][s], upTo[p][s]);
      }
    }
    for (int k = 0; k < in.tiers && in.consumerStart[t] < in.consumerStart[t + 1]; k++) {
      border(t, k, on);
    }
  }

  /**
   * What it costs to hand a tensor from one segment to another of its tier: entering each, and
   * leaving, unless it leaves anyway.
   */
  private void border(int t, int k, Literal[][] on) {
    int p = in.producer[t];
    long enter = ticks.applyAsLong(steps.enter[t * in.tiers + k]);
    long leave = ticks.applyAsLong(steps.leave[t * in.tiers + k]);
    leave = in.problem.tensors().get(t).output() ? 0 : leave;
    Literal[] left = new Literal[first[k + 1] - first[k]];
    for (int s = first[k]; s < first[k + 1] && enter + leave > 0; s++) {
      Literal enters = model.newBoolVar("");
      length[s].addTerm(enters, enter);
      for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
        Literal reads = there[in.consumer[c]][s];
        model.addBoolOr(new Literal[] {reads.not(), on[p][k].not(), there[p][s], enters});
      }
      left[s - first[k]] = model.newBoolVar("");
      length[s].addTerm(left[s - first[k]], leave);
      for (int from = first[k]; from < s && leave > 0; from++) {
        leave(t, k, new Literal[] {there[p][from].not(), enters.not(), left[from - first[k]]}, on);
      }
    }
  }

  /** The clause holds unless some reader is on another tier. */
  private void leave(int t, int k, Literal[] clause, Literal[][] on) {
    int readers = in.consumerStart[t + 1] - in.consumerStart[t];
    Literal[] all = Arrays.copyOf(clause, clause.length + readers);
    for (int i = 0; i < readers; i++) {
      all[clause.length + i] = on[in.consumer[in.consumerStart[t] + i]][k].not();
    }
    model.addBoolOr(all);
  }

  /** Ends the model, once all layers are placed: how long what is in each slot takes, and where. */
  void close(List<List<IntervalVar>> work) {
    for (int k = 0; k < in.tiers; k++) {
      long session = ticks.applyAsLong(steps.session[k]);
      for (int s = first[k]; s < first[k + 1]; s++) {
        if (s > first[k]) {
          length[s].addTerm(used[s], session);
          model.addImplication(used[s], used[s - 1]);
          model.addGreaterOrEqual(start[s], finish[s - 1]);
        }
        IntVar takes = model.newIntVar(0, latest, "");
        model.addEquality(takes, length[s]);
        work.get(k).add(model.newOptionalIntervalVar(start[s], takes, finish[s], used[s], ""));
      }
    }
  }

  /** Starts the search from these tiers and slots. */
  void hint(int[] tierOf, int[] slot) {
    for (int v = 0; v < in.layers; v++) {
      for (int s = 0; s < used.length; s++) {
        model.addHint((BoolVar) there[v][s], s == first[tierOf[v]] + slot[v]);
      }
    }
  }

  /** The slot of layer {@code v} on its tier. */
  int slot(CpSolver solver, int v, int tier) {
    int s = first[tier];
    while (!solver.booleanValue(there[v][s])) {
      s++;
    }
    return s - first[tier];
  }

  /** When a slot of a tier starts, ticks. */
  long start(CpSolver solver, int tier, int slot) {
    return solver.value(start[first[tier] + slot]);
  }
}
