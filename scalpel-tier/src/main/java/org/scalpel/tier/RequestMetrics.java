package org.scalpel.tier;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * What the device counts for Prometheus: its requests, and for every stage of them how long it took
 * and how long it was predicted to take. The names are in {@code docs/observe.md}.
 */
public final class RequestMetrics {
  private static final double NS = 1e9;
  private static final double MS = 1e3;
  private static final double[] RATIOS = {0.25, 0.5, 0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.25, 2, 4};

  private final PrometheusRegistry registry;
  private final Counter requests;
  private final Counter failures;
  private final Histogram whole;
  private final Gauge inFlight;
  private final Histogram stages;
  private final Gauge predicted;
  private final Histogram ratios;
  private final Counter bytes;
  private final Counter exits;

  /** Registers all names. */
  public RequestMetrics(PrometheusRegistry registry) {
    this.registry = registry;
    requests = counter("scalpel_client_requests", "Requests of this device.");
    failures = counter("scalpel_client_request_failures", "Failed requests, by kind.", "kind");
    whole =
        histogram(
            "scalpel_client_request_duration_seconds",
            "From asking to answer.",
            TierMetrics.SECONDS);
    inFlight =
        Gauge.builder()
            .name("scalpel_client_requests_in_flight")
            .help("Requests that are not answered.")
            .register(registry);
    stages =
        histogram(
            "scalpel_client_stage_duration_seconds",
            "What a tier computed or a link took, of one request.",
            TierMetrics.SECONDS,
            "stage");
    predicted =
        Gauge.builder()
            .name("scalpel_client_stage_predicted_seconds")
            .help("What the plan in use predicts for it.")
            .labelNames("stage")
            .register(registry);
    ratios =
        histogram(
            "scalpel_client_stage_measured_to_predicted_ratio",
            "Measured over predicted, of one request.",
            RATIOS,
            "stage");
    bytes = counter("scalpel_client_link_bytes", "Bytes of tensors, both ways.", "stage");
    exits =
        counter(
            "scalpel_client_exits",
            "Answers of plans with early exits, by where they left and why.",
            "model",
            "exit",
            "reason");
  }

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .withoutExemplars()
        .register(registry);
  }

  private Histogram histogram(String name, String help, double[] bounds, String... labels) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .classicOnly()
        .classicUpperBounds(bounds)
        .withoutExemplars()
        .register(registry);
  }

  /** Also tells what is known of the tier behind the device. */
  public RequestMetrics watching(TierClient neighbour) {
    NeighbourMetrics.register(registry, neighbour);
    return this;
  }

  /** Counts whatever goes through it. */
  public Function<Inputs, CompletableFuture<Execution>> around(
      Function<Inputs, CompletableFuture<Execution>> run) {
    return around("", run);
  }

  /**
   * Counts whatever goes through it.
   *
   * @param model what exits are counted under
   */
  public Function<Inputs, CompletableFuture<Execution>> around(
      String model, Function<Inputs, CompletableFuture<Execution>> run) {
    return inputs -> {
      inFlight.inc();
      requests.inc();
      long begun = System.nanoTime();
      CompletableFuture<Execution> answer;
      try {
        answer = run.apply(inputs);
      } catch (RuntimeException e) {
        inFlight.dec();
        failed(e);
        throw e;
      }
      return answer.whenComplete(
          (done, fault) -> {
            inFlight.dec();
            if (done != null) {
              whole.observe((System.nanoTime() - begun) / NS);
              done.stages().forEach(this::observe);
              done.taken()
                  .ifPresent(
                      taken -> exits.labelValues(model, taken.name(), taken.reason().text()).inc());
            } else {
              failed(InferCalls.cause(fault));
            }
          });
    };
  }

  private void failed(Throwable fault) {
    failures.labelValues(fault instanceof TierException e ? e.kind().name() : "INTERNAL").inc();
  }

  private void observe(Stage stage) {
    DistributionDataPoint times = stages.labelValues(stage.name());
    times.observe(stage.measuredMs() / MS);
    if (stage.bytes() > 0) {
      bytes.labelValues(stage.name()).inc(stage.bytes());
    }
    stage
        .predictedMs()
        .ifPresent(
            ms -> {
              predicted.labelValues(stage.name()).set(ms / MS);
              if (ms > 0) {
                ratios.labelValues(stage.name()).observe(stage.measuredMs() / ms);
              }
            });
  }
}
