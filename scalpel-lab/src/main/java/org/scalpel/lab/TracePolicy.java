package org.scalpel.lab;

import java.util.List;

/** Chooses a way for the next request by what the link carried before. */
interface TracePolicy {
  /** The way of a request. */
  TraceLine choose(double beforeMbps);

  /**
   * What came of it.
   *
   * @param nowMbps what the link carried during the request
   * @param possible whether any way would have been in time
   */
  default void learn(double beforeMbps, double nowMbps, boolean possible, boolean inTime) {}

  /**
   * Takes the estimate as it is, as the published schemes do: of exits in order of preference the
   * first whose fastest way keeps the deadline.
   *
   * @param preferred for each exit, the preferred one first, its ways
   * @param planMs the deadline less the margin that every plan keeps
   */
  record Estimate(List<List<TraceLine>> preferred, double planMs) implements TracePolicy {
    @Override
    public TraceLine choose(double beforeMbps) {
      TraceLine fastest = preferred.get(0).get(0);
      for (List<TraceLine> exit : preferred) {
        TraceLine best = exit.get(0);
        for (TraceLine line : exit) {
          best = ms(line, beforeMbps) < ms(best, beforeMbps) ? line : best;
        }
        if (ExitWay.isWithin(ms(best, beforeMbps), planMs)) {
          return best;
        }
        fastest = ms(best, beforeMbps) < ms(fastest, beforeMbps) ? best : fastest;
      }
      return fastest;
    }

    private static double ms(TraceLine line, double mbps) {
      return line.ms(line.way().depth(), mbps);
    }
  }
}
