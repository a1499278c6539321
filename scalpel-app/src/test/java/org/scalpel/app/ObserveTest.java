package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.tier.Endpoint;
import org.scalpel.tier.TierClient;
import org.scalpel.tier.TierConfig;
import org.scalpel.tier.TierServer;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

@Timeout(60)
class ObserveTest {
  @TempDir private Path folder;

  @Test
  void aTiersCountsCanBeReadOverHttpByOurNamesAndByTritons() throws Exception {
    Path model = TinyModel.write(folder.resolve("tiny.onnx"), 2, "");
    TierConfig config =
        TierConfig.builder("cloud").listen("localhost:0").store(folder.resolve("store")).build();
    try (TierServer tier = TierServer.start(config);
        TierClient client = TierClient.of(tier.address(), config)) {
      tier.publish("tiny", OnnxModel.read(model));
      tier.tritonMetrics();
      try (MetricsEndpoint endpoint =
          MetricsEndpoint.start(new Endpoint("localhost", 0), false, tier.metrics())) {
        for (int i = 0; i < 3; i++) {
          client.infer("tiny", Map.of("x", TensorData.ofFloats(new float[8], 1, 8)));
        }
        String text = get(endpoint, "/metrics").body();
        assertThat(text)
            .contains("scalpel_requests_total{model=\"tiny\"} 3")
            .contains("scalpel_request_duration_seconds_count{model=\"tiny\"} 3")
            .contains("scalpel_models 1")
            .contains("scalpel_requests_in_flight 0")
            .contains("nv_inference_request_success{model=\"tiny\",version=\"1\"} 3");
        assertThat(get(endpoint, "/other").statusCode()).isEqualTo(404);
        HttpRequest post =
            HttpRequest.newBuilder(uri(endpoint, "/metrics"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(
                HttpClient.newHttpClient()
                    .send(post, HttpResponse.BodyHandlers.ofString())
                    .statusCode())
            .isEqualTo(405);
      }
    }
  }

  @Test
  void metricsForOtherMachinesAreRefusedUnlessAllowed() {
    Cli cli = Cli.run("serve", "--tier", "t", "--listen", "localhost:0", "--metrics", "0.0.0.0:0");
    assertThat(cli.code()).as(cli.err()).isEqualTo(2);
    assertThat(cli.err()).contains("--metrics").contains("--insecure");
  }

  @Test
  void aRunServesMetricsAndAnswersAsWithout() throws Exception {
    Path model = TinyModel.write(folder.resolve("tiny.onnx"), 2, "");
    Path input =
        Files.write(
            folder.resolve("x.npy"), NpyFile.write(TensorData.ofFloats(new float[8], 1, 8)));
    Cli cli = Cli.run("run", model, "--input", input, "--metrics", "localhost:0", "--json", "-q");
    assertThat(cli.code()).as(cli.err()).isZero();
    assertThat(cli.json().get("answered").asInt()).isEqualTo(1);
  }

  @Test
  void aLogLineIsOneJsonObjectWithTheEventsFields() {
    Logger logger = (Logger) LoggerFactory.getLogger("org.scalpel.live.Adaptation");
    LoggingEvent event =
        new LoggingEvent("fqcn", logger, Level.INFO, "moved to {}", null, new Object[] {"b\n"});
    event.addKeyValuePair(new KeyValuePair("event", "plan_switch"));
    event.addKeyValuePair(new KeyValuePair("expected_ms", 1.5));
    event.addKeyValuePair(new KeyValuePair("before_ms", Double.POSITIVE_INFINITY));
    String text =
        new String(new Logs.Lines().encode((ILoggingEvent) event), StandardCharsets.UTF_8);
    assertThat(text.lines()).hasSize(1);
    JsonNode line = Json.parse(text, "log");
    assertThat(line.get("level").asText()).isEqualTo("info");
    assertThat(line.get("message").asText()).isEqualTo("moved to b\n");
    assertThat(line.get("event").asText()).isEqualTo("plan_switch");
    assertThat(line.get("expected_ms").asDouble()).isEqualTo(1.5);
    assertThat(line.get("before_ms").asText()).isEqualTo("Infinity");
  }

  @Test
  void tracingIsOffUnlessTheStandardVariablesAskForIt() {
    assertThat(Telemetry.wanted(Map.of())).isFalse();
    assertThat(Telemetry.wanted(Map.of("OTEL_TRACES_EXPORTER", "none"))).isFalse();
    assertThat(Telemetry.wanted(Map.of("OTEL_TRACES_EXPORTER", "otlp"))).isTrue();
    assertThat(
            Telemetry.wanted(
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://x", "OTEL_SDK_DISABLED", "true")))
        .isFalse();
    try (Telemetry off = Telemetry.of(Map.of(), "scalpel-test")) {
      assertThat(off.api()).isEqualTo(io.opentelemetry.api.OpenTelemetry.noop());
    }
  }

  private static HttpResponse<String> get(MetricsEndpoint endpoint, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(uri(endpoint, path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static URI uri(MetricsEndpoint endpoint, String path) {
    return URI.create("http://" + endpoint.address() + path);
  }
}
