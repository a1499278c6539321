package org.scalpel.learn;

/**
 * What a kernel will take.
 *
 * @param meanMs more than 0
 * @param spreadMs the standard deviation of what it may really be, in ms
 */
public record Prediction(double meanMs, double spreadMs) {
  /** A careful time: {@code z} deviations above the mean, but never less than a tenth of it. */
  public double at(double z) {
    return Math.max(0.1 * meanMs, meanMs + z * spreadMs);
  }
}
