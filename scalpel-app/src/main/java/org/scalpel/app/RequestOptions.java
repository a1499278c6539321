package org.scalpel.app;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.scalpel.cost.Load;
import org.scalpel.plan.Caps;
import org.scalpel.plan.Limits;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Request;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say what is wanted of a plan. */
final class RequestOptions {
  @Option(
      names = "--objective",
      paramLabel = "NAME",
      defaultValue = "latency",
      description = "latency, throughput or makespan (default: ${DEFAULT-VALUE}).")
  private String objective = "latency";

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      defaultValue = Request.AUTO,
      description = "One algorithm by name (default: ${DEFAULT-VALUE}, the exact one).")
  private String algorithm = Request.AUTO;

  @Option(
      names = "--pin",
      split = ",",
      paramLabel = "NAME=TIER",
      description = "A kernel (or a node: its kernel) must run on this tier. May be repeated.")
  private Map<String, String> pins = new LinkedHashMap<>();

  @Option(
      names = "--max-tier-ms",
      split = ",",
      paramLabel = "TIER=X",
      description = "At most X ms of compute on a tier for every request. May be repeated.")
  private Map<String, Double> maxTierMs = new LinkedHashMap<>();

  @Option(
      names = "--mean-tier-ms",
      split = ",",
      paramLabel = "TIER=X",
      description = "At most X ms of compute on a tier on average. May be repeated.")
  private Map<String, Double> meanTierMs = new LinkedHashMap<>();

  @Option(
      names = "--max-memory-mib",
      split = ",",
      paramLabel = "TIER=X",
      description = "At most X MiB of layers on a tier. May be repeated.")
  private Map<String, Double> maxMemoryMib = new LinkedHashMap<>();

  @Option(
      names = "--max-egress-bytes",
      split = ",",
      paramLabel = "LINK=X",
      description =
          "At most X bytes over a direction of a link (device->edge) for every request. May be repeated.")
  private Map<String, Double> maxEgressBytes = new LinkedHashMap<>();

  @Option(
      names = "--mean-egress-bytes",
      split = ",",
      paramLabel = "LINK=X",
      description = "At most X bytes over a direction of a link on average. May be repeated.")
  private Map<String, Double> meanEgressBytes = new LinkedHashMap<>();

  @Mixin private TotalOptions totals = new TotalOptions();

  @Option(
      names = "--max-loss",
      paramLabel = "X",
      description =
          "Most that codecs may lose in sum. Without it a model's picture travels without loss.")
  private Optional<Double> maxLoss = Optional.empty();

  @Option(
      names = "--deadline-ms",
      paramLabel = "X",
      description =
          "An answer within X ms; with exits the most accurate operating point that keeps it, and in run the time of every request.")
  private Optional<Double> deadlineMs = Optional.empty();

  @Option(
      names = "--min-accuracy",
      paramLabel = "X",
      description = "The fastest operating point of the exits that is so accurate.")
  private Optional<Double> minAccuracy = Optional.empty();

  @Option(
      names = "--p95",
      description =
          "With exits: the 95th percentile of latency is what counts, not the mean (the two can need different partitions).")
  private boolean tail;

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "0",
      description = "Also show the K best distinct partitions.")
  private int top;

  @Option(
      names = "--time-limit-ms",
      paramLabel = "X",
      defaultValue = "10000",
      description = "Time for exact searches; then the best so far with its gap.")
  private long timeLimitMs = Request.DEFAULT_TIME_LIMIT.toMillis();

  /**
   * What is asked.
   *
   * @param kernelOf the kernel that a pinned name stands for
   */
  Request request(UnaryOperator<String> kernelOf) {
    Map<String, String> pinned = new LinkedHashMap<>();
    pins.forEach((name, tier) -> pinned.put(kernelOf.apply(name), tier));
    if (timeLimitMs <= 0) {
      throw new UserException("--time-limit-ms: expected more than 0, found " + timeLimitMs);
    }
    return new Request(
        Objective.parse(objective),
        algorithm,
        new Limits(pinned, each(), mean(), quality()),
        top,
        Duration.ofMillis(timeLimitMs));
  }

  /** Whether codecs that lose something are welcome, within the bound. */
  boolean mayLose() {
    return maxLoss.isPresent();
  }

  /** The load that the objective is about. */
  Load load() {
    return Load.of(Objective.parse(objective));
  }

  private Limits.Quality quality() {
    return new Limits.Quality(
        TotalOptions.number(maxLoss),
        TotalOptions.number(deadlineMs),
        TotalOptions.number(minAccuracy),
        tail);
  }

  private Caps each() {
    return new Caps(maxTierMs, maxMemoryMib, maxEgressBytes, totals.each());
  }

  private Caps mean() {
    return new Caps(meanTierMs, Map.of(), meanEgressBytes, totals.mean());
  }

  /** The time of every request of a plan with exits. */
  Optional<Duration> deadline() {
    return deadlineMs.map(ms -> Duration.ofNanos((long) (ms * 1e6)));
  }
}
