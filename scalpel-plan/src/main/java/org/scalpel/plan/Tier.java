package org.scalpel.plan;

import java.util.OptionalDouble;

/**
 * A machine, or a group of equal machines, on which layers run.
 *
 * @param name unique within the problem
 * @param sharers so many devices share the tier: its load counts so many times in the period
 * @param sessionMs what one more segment costs on it, beside what the first one of the tier costs
 *     every plan; empty where layers run one by one. If any tier has it, makespans are evaluated on
 *     segments
 */
public record Tier(String name, double sharers, OptionalDouble sessionMs) {
  /** Checks all values. */
  public Tier {
    Checks.name("tier", name);
    Checks.positive("tier \"" + name + "\": sharers", sharers);
    sessionMs.ifPresent(ms -> Checks.nonNegative("tier \"" + name + "\": session_ms", ms));
  }

  /** A tier that runs its layers one by one. */
  public Tier(String name, double sharers) {
    this(name, sharers, OptionalDouble.empty());
  }

  /** A tier of one device alone. */
  public static Tier of(String name) {
    return new Tier(name, 1);
  }

  /** The same tier, shared by so many devices. */
  public Tier withSharers(double count) {
    return new Tier(name, count, sessionMs);
  }

  /** The same tier, running segments of layers as sessions; one more costs so much. */
  public Tier withSessionMs(double ms) {
    return new Tier(name, sharers, OptionalDouble.of(ms));
  }
}
