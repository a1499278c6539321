package org.scalpel.plan;

import java.util.Locale;

/** What a plan minimises. */
public enum Objective {
  /** The serial latency of one request. */
  LATENCY,
  /** The period between two requests when every tier and link is kept busy. */
  THROUGHPUT,
  /** The time of one request when tiers and links overlap. */
  MAKESPAN;

  /** The name used on the command line and in files. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The objective called {@code text}.
   *
   * @throws ProblemException if there is none
   */
  public static Objective parse(String text) {
    for (Objective objective : values()) {
      if (objective.text().equals(text)) {
        return objective;
      }
    }
    throw new ProblemException(
        "objective \"" + text + "\": expected latency, throughput or makespan");
  }
}
