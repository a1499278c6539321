package org.scalpel.app;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Optional;
import org.scalpel.tier.Endpoint;
import picocli.CommandLine.Option;

/** How a process that lasts lets others see what it does. */
final class ObserveOptions {
  @Option(
      names = "--metrics",
      paramLabel = "HOST:PORT",
      description = "Serve Prometheus metrics there, at /metrics; port 0 takes any free one.")
  private Optional<String> metrics = Optional.empty();

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description =
          "text (warnings only), or json: one JSON line on stderr for every event (default: ${DEFAULT-VALUE}).")
  private Logs.Format logFormat = Logs.Format.TEXT;

  /** Sets up logging; to be called before anything is started. */
  void begin() {
    Logs.use(logFormat);
  }

  boolean wantsMetrics() {
    return metrics.isPresent();
  }

  /** The endpoint, if one is asked for. */
  Optional<MetricsEndpoint> serve(boolean insecure, PrometheusRegistry registry) {
    return metrics.map(
        address -> {
          io.prometheus.metrics.instrumentation.jvm.JvmMetrics.builder().register(registry);
          return MetricsEndpoint.start(Endpoint.parse(address), insecure, registry);
        });
  }
}
