package org.scalpel.learn;

/**
 * One measured kernel.
 *
 * @param id unique in its data set: {@code architecture/seed/kernel}
 * @param architecture the real network around which it was generated, or of which it is: what is
 *     held out is a whole architecture, never a row
 * @param features what the kernel is
 * @param time inside whole sessions
 */
public record KernelSample(String id, String architecture, KernelFeatures features, Timing time) {
  /** What it mainly does. */
  public KernelType type() {
    return features.type();
  }

  /** The time, in ms. */
  public double ms() {
    return time.ms();
  }
}
