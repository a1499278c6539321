package org.scalpel.plan;

/**
 * A machine, or a group of equal machines, on which layers run.
 *
 * @param name unique within the problem
 * @param sharers so many devices share the tier: its load counts so many times in the period
 */
public record Tier(String name, double sharers) {
  /** Checks both values. */
  public Tier {
    Checks.name("tier", name);
    Checks.positive("tier \"" + name + "\": sharers", sharers);
  }

  /** A tier of one device alone. */
  public static Tier of(String name) {
    return new Tier(name, 1);
  }
}
