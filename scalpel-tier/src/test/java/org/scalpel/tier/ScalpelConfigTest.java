package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;

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
                threads: 2
                window: 3
                deadline_ms: 500
                image: {fit: crop, order: bgr, layout: nhwc, scale: 0.5, mean: [1, 2, 3], deviation: [2]}
                """));
    assertThat(config.model()).isEqualTo(folder.resolve("net.onnx"));
    assertThat(config.tiers().get(0).slowdown()).isEqualTo(4);
    assertThat(config.tiers().get(1).url()).contains(new Endpoint("localhost", 8001));
    assertThat(config.planning().algorithm()).isEqualTo("mincut");
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
  void aClientProfilesMeasuresPlansAndInfers() throws IOException {
    OnnxModel model = Nets.skipping(2);
    model.write(folder.resolve("net.onnx"));
    try (TierServer edge = TierServer.start(Nets.tier("edge", folder).build())) {
      Path file =
          write(
              "schema: 1\nmodel: net.onnx\ntiers: [{name: device, slowdown: 5}, {name: edge, url: '"
                  + edge.address()
                  + "'}]\n");
      ScalpelConfig read = ScalpelConfig.read(file);
      try (ScalpelClient client = ScalpelClient.open(read)) {
        Map<String, TensorData> inputs = Nets.inputs(model, 4);
        SplitExecutionTest.assertSame(client.infer(inputs).outputs(), Nets.whole(model, inputs));
        SplitExecutionTest.assertSame(
            client.inferAsync(inputs).join().outputs(), Nets.whole(model, inputs));
        assertThat(client.plan().valueMs()).isPositive();
      }
    }
  }
}
