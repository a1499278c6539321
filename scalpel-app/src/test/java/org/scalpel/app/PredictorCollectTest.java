package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictorCollectTest {
  @TempDir private Path folder = Path.of("");

  private void assertRefused(String expected, Object... words) {
    Cli cli = Cli.run(words);

    assertThat(cli.code()).isEqualTo(2);
    assertThat(cli.err()).contains(expected).doesNotContain("\tat ");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void badWordsAreRefusedBeforeAnythingIsMeasured() {
    Path file = folder.resolve("data.jsonl");

    assertRefused("--budget 8x: expected", "predictor", "collect", "-o", file, "--budget", "8x");
    assertRefused("--budget 0s", "predictor", "collect", "-o", file, "--budget", "0s");
    assertRefused("--output", "predictor", "collect");
    assertRefused("threads is 0", "predictor", "collect", "-o", file, "--threads", "0");
    assertRefused("0.05 to 64", "predictor", "collect", "-o", file, "--cpu-quota", "0");
    Path none = folder.resolve("none.onnx");
    assertRefused("none.onnx", "predictor", "collect", "-o", file, "--model", "net=" + none);
  }

  @Test
  void aBegunCollectionOfAnotherPlatformIsNotOverwritten() throws IOException {
    Path part = Files.writeString(folder.resolve("data.jsonl.part"), "{\"schema\":1}\n");

    Cli cli = Cli.run("predictor", "collect", "-o", folder.resolve("data.jsonl"));

    assertThat(cli.code()).isEqualTo(2);
    assertThat(cli.err()).contains("data.jsonl.part line 1");
    assertThat(part).hasContent("{\"schema\":1}");
  }
}
