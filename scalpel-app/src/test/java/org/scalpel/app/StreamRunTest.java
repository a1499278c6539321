package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.TensorData;

/** Requests of one source: in order, at a pace, or with the oldest given up. */
@Timeout(60)
class StreamRunTest {
  private static final int KINDS = 5;

  @TempDir private Path folder;
  private Path model = Path.of("");
  private Path inputs = Path.of("");

  @BeforeEach
  void write() throws IOException {
    model = TinyModel.write(folder.resolve("tiny.onnx"), 3, "");
    inputs = Files.createDirectory(folder.resolve("inputs"));
    for (int kind = 0; kind < KINDS; kind++) {
      float[] values = new float[8];
      values[kind] = 1 + kind;
      byte[] file = NpyFile.write(TensorData.ofFloats(values, 1, 8));
      Files.write(inputs.resolve("x%d.npy".formatted(kind)), file);
    }
  }

  private Cli run(Object... more) {
    List<Object> words = new ArrayList<>(List.of("run", model, "--input", inputs, "--json", "-q"));
    words.addAll(List.of(more));
    return Cli.run(words.toArray());
  }

  private static List<String> data(JsonNode outputs) {
    List<String> all = new ArrayList<>();
    outputs.forEach(one -> all.add(one.get(0).get("data").toString()));
    return all;
  }

  @Test
  void orderedAnswersComeInTheOrderOfTheRequests() {
    Path single = folder.resolve("single.json");
    assertThat(run("--save", single).code()).isZero();
    List<String> expected = data(Json.read(single));
    assertThat(expected).hasSize(KINDS).doesNotHaveDuplicates();
    Path saved = folder.resolve("stream.json");
    Cli cli = run("--ordered", "--in-flight", "4", "--repeat", "20", "--save", saved);
    assertThat(cli.code()).as(cli.err()).isZero();
    assertThat(cli.json().get("answered").asInt()).isEqualTo(20 * KINDS);
    List<String> got = data(Json.read(saved));
    assertThat(got).hasSize(20 * KINDS);
    for (int i = 0; i < got.size(); i++) {
      assertThat(got.get(i)).as("answer %d", i).isEqualTo(expected.get(i % KINDS));
    }
  }

  @Test
  void aPaceIsKept() {
    Cli cli = run("--fps", "100", "--repeat", "6");
    assertThat(cli.code()).as(cli.err()).isZero();
    assertThat(cli.json().get("answered").asInt()).isEqualTo(6 * KINDS);
    // The last of thirty is due 29 steps after the first: no machine is quicker than that.
    assertThat(cli.json().get("throughput_rps").asDouble()).isLessThan(30 / 0.29);
  }

  @Test
  void aSourceThatCannotWaitGivesUpTheOldestAndSaysHowMany() {
    Cli cli = run("--drop-oldest", "--in-flight", "1", "--slowdown", "500", "--repeat", "400");
    assertThat(cli.code()).as(cli.err()).isZero();
    int answered = cli.json().get("answered").asInt();
    int dropped = cli.json().get("dropped").asInt();
    assertThat(answered).isPositive();
    assertThat(dropped).isPositive();
    assertThat(answered + dropped).isEqualTo(400 * KINDS);
    assertThat(cli.json().get("failed").asInt()).isZero();
  }

  @Test
  void aPaceThatIsNoneIsRefused() {
    for (String fps : List.of("0", "-3", "1e9", "fast")) {
      Cli cli = run("--fps", fps);
      assertThat(cli.code()).as("--fps %s", fps).isEqualTo(2);
      assertThat(cli.err()).contains("--fps");
    }
  }
}
