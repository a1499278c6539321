package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;
import org.scalpel.graph.Confidence;
import org.scalpel.learn.ExitSamples;

/**
 * Ours: the way with the best odds. Of every way it is known how likely a picture leaves at each
 * exit and is answered rightly there (the calibration samples), and how likely that exit is in time
 * (the {@link RateOutlook}); a late request leaves at the deepest exit of the device that it has
 * passed, if there is one.
 *
 * <pre>
 *   value(way) = P(right and in time) − price · P(late)
 * </pre>
 *
 * The price of being late starts at nothing and follows what happens: it rises with every request
 * that was late though it need not have been, and falls with every other, so that in the long run
 * no more are late than {@link #ALLOWED} (ascent in the dual of "most right and in time, with at
 * most so many late").
 */
final class OddsPolicy implements TracePolicy {
  static final double ALLOWED = 0.03;
  private static final double STEP = 0.1;

  private final double deadline;
  private final double luck;
  private final List<Arm> arms = new ArrayList<>();
  private final RateOutlook outlook = new RateOutlook();
  private double price;

  /**
   * A way with what may come of it, for each exit.
   *
   * @param left the share of pictures that leave there
   * @param right the share that leave there and are answered rightly
   * @param instead the share that leave there and would be answered rightly by what a late request
   *     gets; 0 where it gets nothing
   * @param late the share that leave there and get nothing in time if they are late
   * @param least the rate at which the exit is in time
   */
  // Arrays: one number for each exit, read only here.
  @SuppressWarnings("ArrayRecordComponent")
  private record Arm(
      TraceLine line,
      double[] left,
      double[] right,
      double[] instead,
      double[] late,
      double[] least) {}

  OddsPolicy(List<TraceLine> lines, ExitSamples calibration, Confidence measure, double deadline) {
    this.deadline = deadline;
    // The best of some hundred vectors of thresholds is looked at: less than this is luck.
    this.luck = 1 / Math.sqrt(calibration.rows().size());
    lines.forEach(line -> arms.add(arm(line, calibration, measure)));
  }

  private Arm arm(TraceLine line, ExitSamples calibration, Confidence measure) {
    int exits = line.atZero().size();
    double[] left = new double[exits];
    double[] right = new double[exits];
    double[] instead = new double[exits];
    double[] late = new double[exits];
    double[] least = new double[exits];
    double one = 1.0 / calibration.rows().size();
    for (ExitSamples.Row row : calibration.rows()) {
      int exit = line.way().leaves(row, measure);
      int other = line.handedOut(exit, deadline);
      left[exit] += one;
      right[exit] += row.answers().get(exit).answer() == row.label() ? one : 0;
      instead[exit] += other != exit && row.answers().get(other).answer() == row.label() ? one : 0;
      late[exit] += other == exit ? one : 0;
    }
    for (int exit = 0; exit < exits; exit++) {
      least[exit] = left[exit] > 0 ? line.leastMbps(exit, deadline) : 0;
    }
    return new Arm(line, left, right, instead, late, least);
  }

  @Override
  public TraceLine choose(double beforeMbps) {
    Arm fixed = arms.get(0);
    Arm any = arms.get(0);
    double bestFixed = Double.NEGATIVE_INFINITY;
    double best = Double.NEGATIVE_INFINITY;
    for (Arm arm : arms) {
      double value = value(arm, beforeMbps);
      if (value > best) {
        best = value;
        any = arm;
      }
      if (arm.line().way().depth() >= 0 && value > bestFixed) {
        bestFixed = value;
        fixed = arm;
      }
    }
    return best > bestFixed + luck ? any.line() : fixed.line();
  }

  private double value(Arm arm, double beforeMbps) {
    double value = 0;
    for (int exit = 0; exit < arm.left().length; exit++) {
      if (arm.left()[exit] > 0) {
        double inTime = outlook.chance(beforeMbps, arm.least()[exit]);
        value +=
            inTime * arm.right()[exit]
                + (1 - inTime) * (arm.instead()[exit] - price * arm.late()[exit]);
      }
    }
    return value;
  }

  @Override
  public void learn(double beforeMbps, double nowMbps, boolean possible, boolean inTime) {
    outlook.saw(beforeMbps, nowMbps);
    if (possible) {
      price = Math.max(0, price + STEP * ((inTime ? 0 : 1) - ALLOWED));
    }
  }
}
