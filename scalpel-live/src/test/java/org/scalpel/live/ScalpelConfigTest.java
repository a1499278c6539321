package org.scalpel.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.Session;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.tier.Endpoint;
import org.scalpel.tier.TierConfig;
import org.scalpel.tier.TierException;
import org.scalpel.tier.TierServer;

class ScalpelConfigTest {
  @TempDir Path folder;

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("scalpel.yaml"), text);
  }

  @Test
  void anAddressMayNameItsScheme() {
    assertThat(Endpoint.parse("http://edge:8001")).isEqualTo(Endpoint.parse("edge:8001"));
    assertThat(Endpoint.parse("grpc://edge:8001")).isEqualTo(Endpoint.parse("edge:8001"));
  }

  @Test
  void readsEveryKey() throws IOException {
    ScalpelConfig config =
        ScalpelConfig.read(
            write(
                """
                schema: 1
                model: net.onnx
                tiers:
                  - {name: device, profile: d.json, slowdown: 4}
                  - {name: edge, url: "localhost:8001"}
                network: [wifi]
                objective: throughput
                algorithm: mincut
                plan: plan.json
                pins: {conv1: device}
                max_loss: 0.25
                dims: {batch: 2}
                threads: 2
                window: 3
                deadline_ms: 500
                image: {fit: crop, order: bgr, layout: nhwc, scale: 0.5, mean: [1, 2, 3], deviation: [2]}
                """));
    assertThat(config.model()).isEqualTo(folder.resolve("net.onnx"));
    assertThat(config.tiers().get(0).slowdown()).isEqualTo(4);
    assertThat(config.tiers().get(1).url()).contains(new Endpoint("localhost", 8001));
    assertThat(config.planning().algorithm()).isEqualTo("mincut");
    assertThat(config.planning().pins()).containsExactly(entry("conv1", "device"));
    assertThat(config.planning().maxLoss()).hasValue(0.25);
    assertThat(config.running().dims()).containsExactly(entry("batch", 2L));
    assertThat(config.running().window()).isEqualTo(3);
    assertThat(config.running().deadline()).hasMillis(500);
    assertThat(config.running().image().orElseThrow().pixels().mean())
        .containsExactly(1.0, 2.0, 3.0);
  }

  @Test
  void unknownKeysAreRefusedWithASuggestion() throws IOException {
    Path file = write("schema: 1\nmodle: net.onnx\n");
    assertThatThrownBy(() -> ScalpelConfig.read(file))
        .isInstanceOf(TierException.class)
        .hasMessageContaining("scalpel.yaml: modle: is unknown. Maybe 'model' is meant");
    Path nested = write("schema: 1\nmodel: a\ntiers: [{name: device}, {name: edge, ulr: 'x:1'}]\n");
    assertThatThrownBy(() -> ScalpelConfig.read(nested))
        .hasMessageContaining("tiers[1].ulr: is unknown. Maybe 'url'");
  }

  @Test
  void wrongValuesNameFileAndPlace() throws IOException {
    Path schema = write("schema: 2\n");
    assertThatThrownBy(() -> ScalpelConfig.read(schema)).hasMessageContaining("schema: expected 1");
    Path noYaml = write("schema: [1\n");
    assertThatThrownBy(() -> ScalpelConfig.read(noYaml)).hasMessageContaining("is no YAML");
    Path number = write("schema: 1\nmodel: a\nthreads: many\n");
    assertThatThrownBy(() -> ScalpelConfig.read(number))
        .hasMessageContaining("threads: expected a number");
    Path url = write("schema: 1\nmodel: a\ntiers: [{name: device}, {name: edge, url: nowhere}]\n");
    assertThatThrownBy(() -> ScalpelConfig.read(url)).hasMessageContaining("expected HOST:PORT");
    assertThatThrownBy(() -> ScalpelConfig.read(folder.resolve("none.yaml")))
        .hasMessageContaining("none.yaml");
  }

  @Test
  @Timeout(60)
  void openDimensionsAreBoundAndPinsAreKept() throws IOException {
    LiveNets.open().write(folder.resolve("net.onnx"));
    try (TierServer edge = edge()) {
      String text =
          "schema: 1\nmodel: net.onnx\nnetwork: [1000/1000/0]\n"
              + "tiers: [{name: device}, {name: edge, url: '%s'}]\n".formatted(edge.address());
      ScalpelConfig config =
          ScalpelConfig.read(
              write(text + "dims: {rows: 3}\npins: {second: edge, first: device}\n"));
      OnnxModel model = OnnxModel.read(config.model());
      assertThat(config.shapes(model)).containsExactly(entry("x", List.of(3L, 4L)));
      try (ScalpelClient client = ScalpelClient.open(config)) {
        assertThat(client.partitions().get(0).assignment())
            .containsOnly(entry("first", "device"), entry("second", "edge"));
        Map<String, TensorData> inputs = Map.of("x", TensorData.ofFloats(new float[12], 3, 4));
        assertThat(LiveNets.y(client.infer(inputs).outputs()).floats())
            .isEqualTo(whole(model, inputs).floats());
      }
      ScalpelConfig dims = ScalpelConfig.read(write(text + "dims: {row: 3}\n"));
      assertThatThrownBy(() -> ScalpelClient.open(dims))
          .hasMessageContaining("no open dimension 'row'; expected one of [rows]");
      ScalpelConfig pins =
          ScalpelConfig.read(write(text + "dims: {rows: 1}\npins: {third: edge}\n"));
      assertThatThrownBy(() -> ScalpelClient.open(pins)).hasMessageContaining("'third'");
      Path tier = write(text + "pins: {first: moon}\n");
      assertThatThrownBy(() -> ScalpelConfig.read(tier))
          .hasMessageContaining("pins.first: expected one of [device, edge]");
    }
  }

  @Test
  @Timeout(60)
  void aClientProfilesMeasuresPlansAndInfers() throws IOException {
    OnnxModel model = LiveNets.products();
    model.write(folder.resolve("net.onnx"));
    try (TierServer edge = edge()) {
      Path file =
          write(
              "schema: 1\nmodel: net.onnx\ntiers: [{name: device, slowdown: 5}, {name: edge, url: '"
                  + edge.address()
                  + "'}]\n");
      ScalpelConfig read = ScalpelConfig.read(file);
      try (ScalpelClient client = ScalpelClient.open(read)) {
        Map<String, TensorData> inputs = LiveNets.input(4);
        long[] whole = whole(model, inputs).longs();
        assertThat(LiveNets.y(client.infer(inputs).outputs()).longs()).isEqualTo(whole);
        assertThat(LiveNets.y(client.inferAsync(inputs).join().outputs()).longs()).isEqualTo(whole);
        assertThat(client.live()).isPresent();
      }
    }
  }

  private TierServer edge() {
    return TierServer.start(TierConfig.builder("edge").store(folder.resolve("edge")).build());
  }

  private static TensorData whole(OnnxModel model, Map<String, TensorData> inputs) {
    try (Engine engine = new Engine(EngineOptions.DEFAULT);
        Session session = engine.open(model)) {
      return LiveNets.y(session.run(inputs));
    }
  }
}
