package org.scalpel.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.scalpel.graph.Confidence;

/**
 * How a model with exits does at one operating point, on samples that its thresholds were not made
 * from.
 *
 * @param exits in the order of depth, the last is the model's own end
 * @param accuracy over all samples
 * @param agreement with the model's own end, over all samples
 * @param work expected multiply-accumulate operations as a fraction of the model without exits
 * @param labelled whether accuracies are of labels; of the model's own answers otherwise
 */
public record ExitEvaluation(
    List<Exit> exits, Share accuracy, Share agreement, Mean work, boolean labelled) {
  private static final double Z = 1.959963984540054;

  /** Copies. */
  public ExitEvaluation {
    exits = List.copyOf(exits);
  }

  /**
   * One exit.
   *
   * @param name as the calibration calls it
   * @param threshold of its confidence; none for the end
   * @param accuracy if it answered every sample
   * @param agreement with the model's own end, likewise
   * @param rate the share of samples that leave here
   * @param leaving the accuracy of those
   * @param leavingAgreement the agreement of those
   * @param fraction multiply-accumulate operations until it has answered
   */
  public record Exit(
      String name,
      OptionalDouble threshold,
      Share accuracy,
      Share agreement,
      Share rate,
      Share leaving,
      Share leavingAgreement,
      double fraction) {}

  /**
   * A mean with the 95 % interval of the normal distribution.
   *
   * @param value the mean
   * @param low the lower end
   * @param high the upper end
   */
  public record Mean(double value, double low, double high) {
    static Mean of(double[] values) {
      double sum = 0;
      for (double value : values) {
        sum += value;
      }
      double mean = sum / values.length;
      double squares = 0;
      for (double value : values) {
        squares += (value - mean) * (value - mean);
      }
      double reach =
          values.length < 2 ? 0 : Z * Math.sqrt(squares / (values.length - 1) / values.length);
      return new Mean(mean, mean - reach, mean + reach);
    }
  }

  /**
   * Evaluates.
   *
   * @param thresholds one for each exit of the samples but the last
   */
  public static ExitEvaluation of(
      ExitSamples samples, ExitWork work, Confidence measure, List<Double> thresholds) {
    int end = samples.end();
    int[] exitOf = new int[samples.rows().size()];
    double[] cost = new double[exitOf.length];
    for (int i = 0; i < exitOf.length; i++) {
      exitOf[i] = leaves(samples.rows().get(i), measure, thresholds, end);
      cost[i] = work.fractions().get(exitOf[i]);
    }
    List<Exit> exits = new ArrayList<>();
    Tally all = new Tally();
    for (int exit = 0; exit <= end; exit++) {
      Tally everyone = new Tally();
      Tally leaving = new Tally();
      for (int i = 0; i < exitOf.length; i++) {
        everyone.add(samples.rows().get(i), exit);
        if (exitOf[i] == exit) {
          leaving.add(samples.rows().get(i), exit);
          all.add(samples.rows().get(i), exit);
        }
      }
      exits.add(
          new Exit(
              samples.exits().get(exit),
              exit == end ? OptionalDouble.empty() : OptionalDouble.of(thresholds.get(exit)),
              everyone.accuracy(),
              everyone.agreement(),
              new Share(leaving.count, exitOf.length),
              leaving.accuracy(),
              leaving.agreement(),
              work.fractions().get(exit)));
    }
    return new ExitEvaluation(
        exits, all.accuracy(), all.agreement(), Mean.of(cost), samples.labelled());
  }

  private static int leaves(
      ExitSamples.Row row, Confidence measure, List<Double> thresholds, int end) {
    for (int exit = 0; exit < end; exit++) {
      if (row.answers().get(exit).confidence(measure) >= thresholds.get(exit)) {
        return exit;
      }
    }
    return end;
  }

  /** Counts answers. */
  private static final class Tally {
    private long count;
    private long right;
    private long same;

    void add(ExitSamples.Row row, int exit) {
      int answer = row.answers().get(exit).answer();
      count++;
      right += answer == row.label() ? 1 : 0;
      same += answer == row.answers().get(row.answers().size() - 1).answer() ? 1 : 0;
    }

    Share accuracy() {
      return new Share(right, count);
    }

    Share agreement() {
      return new Share(same, count);
    }
  }
}
