package org.scalpel.app;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * OpenTelemetry as the standard {@code OTEL_…} variables say. Without one that names an exporter or
 * its address nothing is loaded and nothing is recorded.
 */
final class Telemetry implements AutoCloseable {
  private static final List<String> TURN_ON =
      List.of(
          "OTEL_TRACES_EXPORTER",
          "OTEL_EXPORTER_OTLP_ENDPOINT",
          "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
  private static final int FLUSH_S = 5;

  private final Optional<OpenTelemetrySdk> sdk;

  private Telemetry(Optional<OpenTelemetrySdk> sdk) {
    this.sdk = sdk;
  }

  /**
   * Reads the environment.
   *
   * @param service the name of this process where {@code OTEL_SERVICE_NAME} gives none
   */
  static Telemetry of(Map<String, String> environment, String service) {
    if (!wanted(environment)) {
      return new Telemetry(Optional.empty());
    }
    AutoConfiguredOpenTelemetrySdk configured =
        AutoConfiguredOpenTelemetrySdk.builder()
            // Only spans are sent this way; metrics have their own endpoint, logs go to stderr.
            .addPropertiesSupplier(
                () ->
                    Map.of(
                        "otel.metrics.exporter",
                        "none",
                        "otel.logs.exporter",
                        "none",
                        "otel.service.name",
                        service))
            .disableShutdownHook()
            .build();
    return new Telemetry(Optional.of(configured.getOpenTelemetrySdk()));
  }

  static boolean wanted(Map<String, String> environment) {
    boolean disabled = Boolean.parseBoolean(environment.getOrDefault("OTEL_SDK_DISABLED", ""));
    boolean none = environment.getOrDefault("OTEL_TRACES_EXPORTER", "").equals("none");
    return !disabled
        && !none
        && TURN_ON.stream().anyMatch(name -> !environment.getOrDefault(name, "").isBlank());
  }

  OpenTelemetry api() {
    return sdk.<OpenTelemetry>map(one -> one).orElse(OpenTelemetry.noop());
  }

  /** Sends what is not sent yet. */
  @Override
  public void close() {
    sdk.ifPresent(one -> one.shutdown().join(FLUSH_S, TimeUnit.SECONDS));
  }
}
