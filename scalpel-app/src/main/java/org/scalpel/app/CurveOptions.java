package org.scalpel.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.scalpel.plan.Problem;
import org.scalpel.testbed.Trace;
import picocli.CommandLine.Option;

/** The options that ask for many plans at once: over bandwidths, or over a budget of one tier. */
final class CurveOptions {
  private static final double SAMPLE_MS = 1000;
  private static final long MOST_SAMPLES = 1_000_000;

  @Option(
      names = "--table",
      description = "All partitions that are best at some bandwidth of one or two links.")
  private boolean table;

  @Option(
      names = "--link",
      paramLabel = "NAME",
      description = "With --table: only this link, as in device->edge; the others keep their rate.")
  private Optional<String> link = Optional.empty();

  @Option(
      names = "--at-mbps",
      split = ",",
      paramLabel = "X",
      description = "With --table: look these rates up (for two links: one pair).")
  private List<Double> at = new ArrayList<>();

  @Option(
      names = "--samples-mbps",
      split = ",",
      paramLabel = "X|FILE",
      description =
          "With --table of one link: measured rates, or the file of a measured trace; the best fixed plans under them.")
  private List<String> samples = new ArrayList<>();

  @Option(
      names = "--chart",
      paramLabel = "FILE",
      description = "With --table of one link: draw cost over bandwidth, one colour a piece (SVG).")
  private Optional<Path> chart = Optional.empty();

  @Option(
      names = "--frontier",
      paramLabel = "TIER",
      description = "Latency against compute on a tier: the corners of the curve.")
  private Optional<String> frontier = Optional.empty();

  @Option(
      names = "--exit-frontier",
      description =
          "Accuracy against latency, mean and 95th percentile, of every operating point of the exits.")
  private boolean exits;

  boolean table() {
    return table;
  }

  boolean exits() {
    return exits;
  }

  /** True if many plans are asked for. */
  boolean isAsked() {
    return table || exits || frontier.isPresent();
  }

  Optional<String> frontier() {
    return frontier;
  }

  Optional<Path> chart() {
    return chart;
  }

  double[] at() {
    return rates("--at-mbps", at);
  }

  /** The samples given, or one a second of a trace. */
  double[] samples() {
    List<Double> rates = new ArrayList<>();
    for (String text : samples) {
      try {
        rates.add(Double.parseDouble(text));
      } catch (NumberFormatException notANumber) {
        rates.addAll(trace(Path.of(text)));
      }
    }
    return rates("--samples-mbps", rates);
  }

  private static List<Double> trace(Path file) {
    Trace trace = Trace.read(file);
    long count = Math.round(trace.durationMs() / SAMPLE_MS);
    if (count > MOST_SAMPLES) {
      throw new UserException(
          file + ": expected at most " + MOST_SAMPLES + " seconds, found " + count);
    }
    List<Double> rates = new ArrayList<>();
    double passed = 0;
    for (Trace.Step step : trace.steps()) {
      passed += step.durationMs();
      while ((rates.size() + 0.5) * SAMPLE_MS < passed) {
        if (step.mbps() <= 0) {
          throw new UserException(
              "%s: expected rates above 0 Mbit/s, found 0 at second %d. Maybe leave outages out: no plan but the device's own survives them."
                  .formatted(file, rates.size()));
        }
        rates.add(step.mbps());
      }
    }
    if (rates.isEmpty()) {
      rates.add(trace.steps().get(0).mbps());
    }
    return rates;
  }

  /** Refuses options that would have no effect, and a table and a frontier at once. */
  void check() {
    if ((table ? 1 : 0) + (exits ? 1 : 0) + (frontier.isPresent() ? 1 : 0) > 1) {
      throw new UserException("expected one of --table, --frontier TIER and --exit-frontier");
    }
    boolean refined = link.isPresent() || !at.isEmpty() || !samples.isEmpty() || chart.isPresent();
    if (refined && !table) {
      throw new UserException(
          "--link, --at-mbps, --samples-mbps, --chart: expected --table beside them");
    }
  }

  /** The links whose rates vary: the one named, else all of them. */
  int[] links(Problem problem) {
    int count = problem.links().size();
    if (link.isEmpty()) {
      if (count > 2) {
        throw new UserException(
            "--table: expected --link NAME for a problem with more than two links, found " + count);
      }
      return IntStream.range(0, count).toArray();
    }
    List<String> names = IntStream.range(0, count).mapToObj(problem::upName).toList();
    int found = names.indexOf(link.get());
    if (found < 0) {
      throw new UserException(
          "--link " + link.get() + ": expected one of " + String.join(", ", names));
    }
    return new int[] {found};
  }

  private static double[] rates(String option, List<Double> values) {
    for (double value : values) {
      if (!(value > 0) || !Double.isFinite(value)) {
        throw new UserException(option + ": expected rates above 0 Mbit/s, found " + value);
      }
    }
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
