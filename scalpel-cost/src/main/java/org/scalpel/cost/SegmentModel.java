package org.scalpel.cost;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.scalpel.cost.Profile.Boundary;
import org.scalpel.engine.Border;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelGraph.KernelTensor;
import org.scalpel.graph.TensorFact;

/**
 * The additive model of a segment's time and its fit to measured segments.
 *
 * <pre>
 *   time(S) = session                                         once
 *           + Σ kernels of S: c[part of the model] · t        t measured inside the whole session
 *           + Σ tensors that enter or leave S:
 *               tensor                                        each
 *             + MB · plain | enter | leave | fused            by what the runtime made of it
 * </pre>
 *
 * The unknowns (c of up to {@value #PARTS} consecutive parts of about equal time, and the six
 * boundary terms) are non-negative and drawn weakly towards what any machine shows, so that a few
 * cuts suffice.
 */
final class SegmentModel {
  static final int PARTS = 10;
  private static final int SESSION = 0;
  private static final int TENSOR = 1;
  private static final int PLAIN = 2;
  private static final int ENTER_BLOCKED = 3;
  private static final int LEAVE_BLOCKED = 4;
  private static final int ENTER_FUSED = 5;
  private static final int TERMS = 6;

  /** In ms, or ms per MB; the second row is how far a machine may well be from the first. */
  private static final double[] PRIOR = {0.02, 0.004, 0.02, 0.2, 0.2, 0.3};

  private static final double[] DEVIATION = {0.05, 0.02, 0.1, 0.4, 0.4, 0.6};
  private static final double PART_DEVIATION = 0.2;

  /** The relative error of one measured segment that the fit expects. */
  private static final double NOISE = 0.02;

  /** Segments much shorter than the model weigh by this share of the model: noise has a floor. */
  private static final double FLOOR_SHARE = 0.05;

  /** Of the fit; after each one the rows that lie far off count less. */
  private static final int PASSES = 4;

  /** So many times the usual residual is far off. */
  private static final double OUTLYING = 2;

  private static final double BYTES_PER_MB = 1e6;
  private final KernelGraph graph;
  private final double[] base;
  private final Map<String, Border> borders;
  private final Map<String, TensorFact> facts;
  private final int[] part;
  private final int parts;

  /** A measured segment. */
  record Row(Collection<Integer> kernels, double ms) {}

  SegmentModel(
      KernelGraph graph,
      double[] base,
      Map<String, Border> borders,
      Map<String, TensorFact> facts) {
    this.graph = graph;
    this.base = base.clone();
    this.borders = borders;
    this.facts = facts;
    this.part = parts(base);
    this.parts = part.length == 0 ? 0 : part[part.length - 1] + 1;
  }

  private static int[] parts(double[] base) {
    double total = 0;
    for (double ms : base) {
      total += ms;
    }
    int[] part = new int[base.length];
    double before = 0;
    for (int k = 0; k < base.length; k++) {
      part[k] = total == 0 ? 0 : Math.min(PARTS - 1, (int) (PARTS * before / total));
      before += base[k];
    }
    return part;
  }

  /** The session, kernel and boundary times that fit the rows best; {@code wholeMs} sets scales. */
  Profile.Fit fit(List<Row> rows, double wholeMs, Profile.Residual residual) {
    double[] x = solve(rows, wholeMs);
    List<Double> kernelMs = new ArrayList<>();
    for (int k = 0; k < base.length; k++) {
      kernelMs.add(base[k] * x[TERMS + part[k]]);
    }
    Map<String, Boundary> boundaries = new LinkedHashMap<>();
    for (KernelTensor tensor : graph.tensors()) {
      if (!facts.containsKey(tensor.name())) {
        continue;
      }
      double enter = x[TENSOR] + x[enterTerm(tensor)] * megabytes(tensor);
      double leave = x[TENSOR] + x[leaveTerm(tensor)] * megabytes(tensor);
      boundaries.put(tensor.name(), new Boundary(enter, leave));
    }
    return new Profile.Fit(kernelMs, boundaries, x[SESSION], residual);
  }

  private double[] solve(List<Row> rows, double wholeMs) {
    double sum = 0;
    for (double ms : base) {
      sum += ms;
    }
    double[] prior = new double[TERMS + parts];
    double[] pull = new double[TERMS + parts];
    for (int j = 0; j < prior.length; j++) {
      boolean term = j < TERMS;
      prior[j] = term ? PRIOR[j] : sum == 0 ? 1 : Math.max(0, wholeMs - PRIOR[SESSION]) / sum;
      pull[j] = NOISE / (term ? DEVIATION[j] : PART_DEVIATION * Math.max(prior[j], 1e-3));
    }
    List<double[]> features = rows.stream().map(row -> features(row.kernels())).toList();
    double[] trust = new double[rows.size()];
    Arrays.fill(trust, 1);
    double[] x = prior;
    for (int pass = 0; pass < PASSES; pass++) {
      NonNegativeLeastSquares system = new NonNegativeLeastSquares(prior, pull);
      for (int r = 0; r < trust.length; r++) {
        system.add(features.get(r), rows.get(r).ms(), trust[r] * weight(rows.get(r), wholeMs));
      }
      x = system.solve();
      trust = trust(rows, features, x, wholeMs);
    }
    return x;
  }

  private static double weight(Row row, double wholeMs) {
    return 1 / (row.ms() + FLOOR_SHARE * wholeMs);
  }

  /**
   * How far each row counts (Huber): a segment that something else disturbed while it was measured
   * lies far off the others and must not bend them.
   */
  private static double[] trust(
      List<Row> rows, List<double[]> features, double[] x, double wholeMs) {
    double[] off = new double[rows.size()];
    for (int r = 0; r < off.length; r++) {
      double predicted = 0;
      for (int j = 0; j < x.length; j++) {
        predicted += features.get(r)[j] * x[j];
      }
      off[r] = Math.abs(predicted - rows.get(r).ms()) * weight(rows.get(r), wholeMs);
    }
    double[] sorted = off.clone();
    Arrays.sort(sorted);
    double usual = sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    double limit = OUTLYING * Math.max(NOISE, usual);
    return Arrays.stream(off).map(d -> d <= limit ? 1 : Math.sqrt(limit / d)).toArray();
  }

  private double[] features(Collection<Integer> members) {
    double[] row = new double[TERMS + parts];
    row[SESSION] = 1;
    BitSet inside = new BitSet();
    for (int kernel : members) {
      inside.set(kernel);
      row[TERMS + part[kernel]] += base[kernel];
    }
    for (KernelTensor tensor : graph.tensors()) {
      if (SegmentTimes.enters(tensor, inside)) {
        row[TENSOR]++;
        row[enterTerm(tensor)] += megabytes(tensor);
      } else if (SegmentTimes.leaves(tensor, inside)) {
        row[TENSOR]++;
        row[leaveTerm(tensor)] += megabytes(tensor);
      }
    }
    return row;
  }

  private int enterTerm(KernelTensor tensor) {
    return switch (borders.getOrDefault(tensor.name(), Border.PLAIN)) {
      case PLAIN -> PLAIN;
      case BLOCKED -> ENTER_BLOCKED;
      case FUSED -> ENTER_FUSED;
    };
  }

  private int leaveTerm(KernelTensor tensor) {
    return switch (borders.getOrDefault(tensor.name(), Border.PLAIN)) {
      case PLAIN -> PLAIN;
      case BLOCKED, FUSED -> LEAVE_BLOCKED;
    };
  }

  private double megabytes(KernelTensor tensor) {
    TensorFact fact = facts.get(tensor.name());
    return fact == null ? 0 : fact.bytes() / BYTES_PER_MB;
  }
}
