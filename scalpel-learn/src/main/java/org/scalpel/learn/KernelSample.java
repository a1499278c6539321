package org.scalpel.learn;

import org.scalpel.cost.Stat;

/**
 * One measured kernel.
 *
 * @param id unique in its data set: {@code architecture/seed/kernel}
 * @param architecture the real network around which it was generated, or of which it is: what is
 *     held out is a whole architecture, never a row
 * @param features what the kernel is
 * @param time median, spread and count of its runs inside whole sessions, in ms
 */
public record KernelSample(String id, String architecture, KernelFeatures features, Stat time) {
  /** What it mainly does. */
  public KernelType type() {
    return features.type();
  }

  /** The median time, in ms. */
  public double ms() {
    return time.medianMs();
  }
}
