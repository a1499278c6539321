package org.scalpel.plan;

import java.util.Arrays;

/**
 * When the work of a schedule starts, ms: layers, and the steps of crossings by {@link
 * JobGraph#code}. NaN for what takes no time or does not happen.
 */
@SuppressWarnings("ArrayRecordComponent")
record Starts(double[] layer, double[] step) {
  /** Nothing known yet. */
  static Starts of(Instance in) {
    double[] layer = new double[in.layers];
    double[] step = new double[in.tensors * in.links * 6];
    Arrays.fill(layer, Double.NaN);
    Arrays.fill(step, Double.NaN);
    return new Starts(layer, step);
  }

  /** Of a schedule; the layers of a segment start together. */
  static Starts of(Instance in, Scheduled found) {
    Starts starts = of(in);
    JobGraph graph = found.run().graph();
    for (int j = 0; j < graph.jobs; j++) {
      if (graph.isPiece(j)) {
        Pieces pieces = found.pieces();
        int p = ~graph.subject[j];
        for (int m = pieces.start[p]; m < pieces.start[p + 1]; m++) {
          starts.layer[pieces.members[m]] = found.run().start[j];
        }
      } else {
        starts.step[graph.step[j]] = found.run().start[j];
      }
    }
    return starts;
  }

  /** The start of a job, NaN if unknown; a piece starts with its first member. */
  double of(JobGraph graph, Pieces pieces, int job) {
    return graph.isPiece(job)
        ? layer[pieces.members[pieces.start[~graph.subject[job]]]]
        : step[graph.step[job]];
  }
}
