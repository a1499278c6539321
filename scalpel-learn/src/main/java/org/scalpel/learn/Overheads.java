package org.scalpel.learn;

import java.util.Arrays;

/**
 * What a segment costs beside its kernels, which a data set of kernels cannot say: usual values,
 * recorded with a predictor so that they can be seen and changed.
 *
 * @param sessionMs once per segment
 * @param tensorMs for every tensor that enters or leaves
 * @param msPerMb for every 10^6 bytes of it
 * @param factor what a whole run takes by the sum of its kernels
 * @param timingMs by how much a kernel takes longer where it is timed: that much of each is not in
 *     a run that is not
 */
public record Overheads(
    double sessionMs, double tensorMs, double msPerMb, double factor, double timingMs) {
  /** Of a processor core of some GHz, see docs/cost.md. */
  public static final Overheads USUAL = new Overheads(0.02, 0.004, 0.1, 1, 0);

  /** Checks. */
  public Overheads {
    if (!(sessionMs >= 0 && tensorMs >= 0 && msPerMb >= 0 && factor > 0 && timingMs >= 0)
        || !Double.isFinite(sessionMs + tensorMs + msPerMb + factor + timingMs)) {
      throw new LearnException(
          "overheads %s, %s, %s, %s, %s; expected finite numbers, 0 or more, a factor above 0"
              .formatted(sessionMs, tensorMs, msPerMb, factor, timingMs));
    }
  }

  /**
   * The usual ones, with what whole runs of a data set's models took by the sum of their kernels.
   */
  public static Overheads of(Dataset data) {
    return WholeRuns.overheads(data);
  }

  /** What a kernel takes in a whole run that takes so much where it is timed. */
  public double kernelMs(double timed) {
    return factor * Math.max(0, timed - timingMs);
  }

  /** What a whole run takes whose kernels take so much where they are timed. */
  public double wholeMs(double[] timed) {
    return sessionMs + Arrays.stream(timed).map(this::kernelMs).sum();
  }
}
