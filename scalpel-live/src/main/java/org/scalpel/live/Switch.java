package org.scalpel.live;

import java.util.Locale;

/**
 * New requests took another way.
 *
 * @param atMs since the client was opened
 * @param reason what was seen
 * @param from the plan before, as ids of partitions with their shares
 * @param to the plan after
 * @param expectedMs what the objective is expected to be now; {@code beforeMs} with the plan before
 *     in the same situation, infinite where that one cannot run
 * @param beforeMs see above
 */
public record Switch(
    double atMs, String reason, String from, String to, double expectedMs, double beforeMs) {
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.1f s: %s; %s instead of %s: %.1f ms expected, %s",
        atMs / 1e3,
        reason,
        to,
        from,
        expectedMs,
        Double.isFinite(beforeMs)
            ? String.format(Locale.ROOT, "%.1f ms before", beforeMs)
            : "the plan before cannot run");
  }
}
