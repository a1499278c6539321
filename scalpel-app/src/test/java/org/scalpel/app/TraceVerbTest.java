package org.scalpel.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.TensorData;
import org.scalpel.tier.Execution;
import org.scalpel.tier.RequestTimes;
import org.scalpel.tier.Span;
import org.scalpel.tier.TierConfig;
import org.scalpel.tier.TierServer;

@Timeout(60)
class TraceVerbTest {
  private static final long MS = 1_000_000;

  @TempDir private Path folder;

  @Test
  void whatATierToldStandsInsideTheRoundTripThatTheTierBeforeItMeasured() {
    List<Span> spans =
        List.of(
            new Span("device", 0, 5 * MS, 0, 50 * MS, 44 * MS, 1000, 10),
            new Span("edge", MS, 10 * MS, 2 * MS, 40 * MS, 25 * MS, 500, 10),
            new Span("cloud", 0, 20 * MS, 0, 21 * MS, 0, 0, 0));
    Map<String, Double> predicted =
        Map.of("device", 4.0, "device->edge", 2.0, "edge->device", 1.0, "device<->edge", 4.0);
    RequestTimeline timeline = RequestTimeline.of(execution(spans, predicted, 50));

    Map<String, RequestTimeline.Segment> segments = new java.util.HashMap<>();
    timeline.segments().forEach(s -> segments.put(s.name(), s));
    // The link takes 4 of 44 ms: shared out 2.5 : 1.5 as both ways are predicted.
    assertThat(requireNonNull(segments.get("device->edge")).measuredMs())
        .isCloseTo(2.5, within(1e-9));
    assertThat(requireNonNull(segments.get("device->edge")).placedMs()).isCloseTo(5, within(1e-9));
    assertThat(requireNonNull(segments.get("edge->device")).placedMs())
        .isCloseTo(47.5, within(1e-9));
    assertThat(requireNonNull(segments.get("device->edge")).predictedMs()).hasValue(2.5);
    // 7.5 ms at the edge, then a queue of 1 ms; the codec belongs to what the edge computes.
    assertThat(requireNonNull(segments.get("edge")).measuredMs()).isCloseTo(12, within(1e-9));
    assertThat(requireNonNull(segments.get("cloud")).placedMs()).isBetween(20.5, 24.6);
    assertThat(timeline.segments().stream().map(RequestTimeline.Segment::name))
        .containsExactly(
            "device",
            "device->edge",
            "edge",
            "edge->cloud",
            "cloud",
            "cloud->edge",
            "edge->device");
  }

  @Test
  void aServerThatTellsNothingIsOneWithItsLink() {
    List<Span> spans = List.of(new Span("device", 0, MS, 0, 10 * MS, 8 * MS, 100, 10));
    RequestTimeline timeline = RequestTimeline.of(execution(spans, Map.of(), 10));
    assertThat(timeline.segments()).hasSize(2);
    assertThat(timeline.segments().get(1).measuredMs()).isCloseTo(8, within(1e-9));
    assertThat(timeline.predictedMs()).isEmpty();
  }

  @Test
  void theTimelineOfARealRequestHasALaneForEveryTierAndEveryWay() throws IOException {
    Path model = TinyModel.write(folder.resolve("tiny.onnx"), 3, "");
    Path input =
        Files.write(
            folder.resolve("x.npy"), NpyFile.write(TensorData.ofFloats(new float[8], 1, 8)));
    try (TierServer cloud = server("cloud", List.of());
        TierServer edge = server("edge", List.of(cloud.address().toString()))) {
      Path profile = folder.resolve("p.json");
      Cli.run("profile", model, "-o", profile, "--budget-s", "0.2", "-q");
      Path trace = folder.resolve("trace.json");
      Path drawing = folder.resolve("trace.html");
      List<Object> words = new ArrayList<>(List.of("trace", model, "--input", input));
      words.addAll(
          List.of("--profile", "device=" + profile + ",edge=" + profile + ",cloud=" + profile));
      words.addAll(List.of("--network", "1000/1000/0,1000/1000/0", "--next", edge.address()));
      words.addAll(List.of("--pin", "matmul0=device,matmul1=edge,tanh2=cloud"));
      words.addAll(List.of("-o", trace, "-o", drawing, "--repeat", "5", "--json", "-q"));
      Cli cli = Cli.run(words.toArray());
      assertThat(cli.code()).as(cli.err()).isZero();
      JsonNode json = cli.json();
      assertThat(json.get("segments")).hasSize(7);
      assertThat(json.get("tiers")).hasSize(3);
      for (JsonNode segment : json.get("segments")) {
        assertThat(segment.get("predicted_ms").isNumber()).as(segment.toString()).isTrue();
        double end = segment.get("placed_ms").asDouble() + segment.get("measured_ms").asDouble();
        assertThat(end).isLessThanOrEqualTo(json.get("total_ms").asDouble() + 1e-6);
      }
      JsonNode events = Json.read(trace).get("traceEvents");
      List<String> lanes = new ArrayList<>();
      for (JsonNode event : events) {
        if (event.get("name").asText().equals("thread_name") && event.get("pid").asInt() == 1) {
          lanes.add(event.get("args").get("name").asText());
        }
        if (event.get("ph").asText().equals("X")) {
          assertThat(event.get("dur").asDouble()).isPositive();
        }
      }
      assertThat(lanes)
          .containsExactly(
              "device",
              "device->edge",
              "edge->device",
              "edge",
              "edge->cloud",
              "cloud->edge",
              "cloud");
      assertThat(Files.readString(drawing)).contains("<svg").contains("edge-&gt;cloud");
    }
  }

  private TierServer server(String name, List<String> next) {
    TierConfig.Builder config =
        TierConfig.builder(name).listen("localhost:0").store(folder.resolve("store"));
    next.forEach(config::next);
    return TierServer.start(config.build());
  }

  private static Execution execution(
      List<Span> spans, Map<String, Double> predicted, double totalMs) {
    RequestTimes times = new RequestTimes(List.of("device", "edge", "cloud"), spans, predicted);
    return new Execution(Map.of(), "p", totalMs, List.of(), times, () -> {});
  }
}
