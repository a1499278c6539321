package org.scalpel.cost;

/** Told how far long work has come. */
@FunctionalInterface
public interface Progress {
  /** Tells nobody. */
  Progress NONE = (phase, fraction) -> {};

  /**
   * A step further.
   *
   * @param phase what is being done, for people
   * @param fraction of the whole, from 0 to 1
   */
  void at(String phase, double fraction);
}
