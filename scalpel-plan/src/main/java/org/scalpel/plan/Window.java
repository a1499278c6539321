package org.scalpel.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How many requests to keep in flight: the knob between latency and throughput.
 *
 * <p>With n requests in flight, each of mean latency D when alone, and one request leaving the
 * busiest tier or link every P at most, the rate is at most {@code min(1/P, n/D)}, and by Little's
 * law a request then takes at least {@code max(D, n·P)}. One partition whose requests follow each
 * other through tiers and links reaches both; a mix needs a few more in flight, as its requests
 * wait for each other.
 *
 * @param periodMs P, the least time between two answers
 * @param latencyMs D, the mean latency of a request alone
 */
public record Window(double periodMs, double latencyMs) {
  private static final int MOST = 1_000_000;

  /** The window of a plan. */
  public static Window of(Plan plan) {
    double latency =
        plan.partitions().stream().mapToDouble(one -> one.share() * one.latencyMs()).sum();
    double period =
        plan.partitions().size() == 1 && plan.objective() != Objective.THROUGHPUT
            ? plan.main().periodMs()
            : plan.valueMs();
    return new Window(period, latency);
  }

  /** The fewest requests in flight that can reach the period. */
  public int least() {
    if (!(periodMs > 0) || !(latencyMs < Double.POSITIVE_INFINITY)) {
      return 1;
    }
    return (int) Math.max(1, Math.min(MOST, Math.ceil(latencyMs / periodMs - 1e-9)));
  }

  /** No more requests are answered per second with so many in flight. */
  public double mostPerSecond(int inFlight) {
    return 1e3 * Math.min(1 / periodMs, inFlight / latencyMs);
  }

  /** No request takes less on average with so many always in flight. */
  public double leastLatencyMs(int inFlight) {
    return Math.max(latencyMs, inFlight * periodMs);
  }

  /** Counts worth showing: powers of two up to the least that reaches the period, and twice it. */
  public List<Integer> steps() {
    List<Integer> steps = new ArrayList<>();
    for (int n = 1; n < least(); n *= 2) {
      steps.add(n);
    }
    steps.add(least());
    steps.add(2 * least());
    return List.copyOf(steps);
  }

  String sentence() {
    return String.format(
        Locale.ROOT,
        "To reach this rate keep at least %d %s in flight: one at a time takes %.3f ms and gives"
            + " %.1f a second, %d give %.1f; more only wait longer.",
        least(),
        least() == 1 ? "request" : "requests",
        latencyMs,
        mostPerSecond(1),
        least(),
        mostPerSecond(least()));
  }
}
