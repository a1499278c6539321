package org.scalpel.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetTest {
  private static final Platform PLATFORM =
      new Platform("here", "a processor", "onnxruntime 1", 2, "all", Map.of("cpu_quota", "0.5"));

  @TempDir private Path folder = Path.of("");

  private static KernelSample sample(String id, double ms) {
    double[] values = new double[KernelFeatures.names().size()];
    values[0] = 1;
    values[7] = 0.25;
    return new KernelSample(
        id, "net", KernelFeatures.of(KernelType.DEPTHWISE_CONV, values), new Timing(ms, 0.1, 30));
  }

  private static Dataset data() {
    List<KernelSample> kernels = List.of(sample("net/0/a", 1.5), sample("net/0/b", 0));
    ModelSample model = new ModelSample("net.onnx", "net", kernels, new Timing(4, 0.5, 10));
    return new Dataset(PLATFORM, kernels, List.of(model));
  }

  @Test
  void whatIsWrittenIsReadAgainPlainAndCompressed() throws IOException {
    for (String name : List.of("data.jsonl", "data.jsonl.gz")) {
      data().write(folder.resolve(name));
      assertThat(Dataset.read(folder.resolve(name))).isEqualTo(data());
    }
    assertThat(Files.size(folder.resolve("data.jsonl.gz")))
        .isLessThan(Files.size(folder.resolve("data.jsonl")));
  }

  private void assertRefused(int line, String from, String to, String... expected)
      throws IOException {
    Path file = folder.resolve("changed.jsonl");
    data().write(file);
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    assertThat(lines.get(line - 1)).contains(from);
    lines.set(line - 1, lines.get(line - 1).replace(from, to));
    Files.write(file, lines);

    assertThatThrownBy(() -> Dataset.read(file))
        .isInstanceOf(LearnException.class)
        .hasMessageStartingWith(file + " line " + line)
        .hasMessageNotContaining("\n")
        .satisfies(e -> assertThat(e.getMessage()).contains(expected));
  }

  @Test
  void aMalformedFileIsRefusedWithItsLine() throws IOException {
    assertRefused(1, "\"schema\":1", "\"schema\":2", "schema is 2", "expected 1");
    assertRefused(1, "\"batch\"", "\"flock\"", "features", "collect it again");
    assertRefused(1, "\"threads\":2", "\"threads\":0", "threads");
    assertRefused(1, "\"threads\":2", "\"threads\":2,\"fans\":1", "fans");
    assertRefused(2, "depthwise-conv", "deep-conv", "deep-conv", "expected one of");
    assertRefused(2, "\"ms\":1.5", "\"ms\":-1.5", "ms is -1.5");
    assertRefused(2, "\"ms\":1.5,", "", "ms");
    assertRefused(2, "0.25", "-0.25", "kernel_height");
    assertRefused(3, "{\"kernel\"", "{\"colonel\"", "colonel");
    assertRefused(3, "net/0/b", "net/0/a", "twice");
    assertRefused(4, "\"architecture\":\"net\",\"kernels\"", "\"kernels\"", "architecture");
    assertRefused(4, "}}", "}", "line 4");
  }

  @Test
  void filesThatAreNoDataSetsAreRefused() throws IOException {
    Path file = folder.resolve("no.jsonl.gz");
    assertThatThrownBy(() -> Dataset.read(file)).hasMessageContaining("no such file");
    Files.writeString(file, "plain text");
    assertThatThrownBy(() -> Dataset.read(file))
        .isInstanceOf(LearnException.class)
        .hasMessageContaining("gzip");
    data().write(file);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> Dataset.read(file)).isInstanceOf(LearnException.class);
  }
}
