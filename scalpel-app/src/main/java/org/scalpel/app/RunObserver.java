package org.scalpel.app;

import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.SegmentFiles;
import org.scalpel.live.LiveClient;
import org.scalpel.live.LiveMetrics;
import org.scalpel.tier.DeviceTier;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.RequestMetrics;

/** Metrics and spans of a run, where they are asked for; else nothing is counted. */
final class RunObserver implements AutoCloseable {
  private final Telemetry telemetry;
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Optional<RequestMetrics> requests;
  private final Optional<MetricsEndpoint> endpoint;

  RunObserver(ObserveOptions options, Console console) {
    this.telemetry = Telemetry.of(System.getenv(), "scalpel-device");
    this.requests =
        options.wantsMetrics() ? Optional.of(new RequestMetrics(registry)) : Optional.empty();
    this.endpoint = options.serve(false, registry);
    endpoint.ifPresent(e -> console.note("metrics on http://" + e.address() + "/metrics"));
  }

  OpenTelemetry telemetry() {
    return telemetry.api();
  }

  void watch(DeviceTier device) {
    requests.ifPresent(metrics -> device.next().ifPresent(metrics::watching));
  }

  void watch(LiveClient client) {
    if (requests.isPresent()) {
      LiveMetrics.register(registry, client);
    }
  }

  Function<Inputs, CompletableFuture<Execution>> around(
      OnnxModel model, Function<Inputs, CompletableFuture<Execution>> run) {
    return requests
        .map(metrics -> metrics.around(SegmentFiles.servedModel(model.label()), run))
        .orElse(run);
  }

  @Override
  public void close() {
    endpoint.ifPresent(MetricsEndpoint::close);
    telemetry.close();
  }
}
