package org.scalpel.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.nn.Training;

class PredictorFilesTest {
  private static final TrainOptions QUICK =
      new TrainOptions(2, new Training(List.of(8), 3, 3, 32, 4e-3, 1e-3, 0.5), 1);
  private static final Predictor TRAINED =
      Predictor.train(
          List.of(Synthetic.DESK.data(4, 40, 0.02), Synthetic.PHONE.data(4, 40, 0.02)), QUICK);
  private static final List<KernelFeatures> PROBE =
      Synthetic.OLD.data(2, 20, 0).samples().stream().map(KernelSample::features).toList();

  @TempDir private Path folder = Path.of("");

  @Test
  void aFileSaysWhatWasWritten() {
    for (String name : List.of("p.json", "p.json.gz")) {
      Path file = folder.resolve(name);
      TRAINED.write(file);
      Predictor read = Predictor.read(file);
      assertThat(read.platforms()).isEqualTo(TRAINED.platforms());
      assertThat(read.origin()).isEqualTo(TRAINED.origin());
      assertThat(read.on("phone").predict(PROBE)).isEqualTo(TRAINED.on("phone").predict(PROBE));
    }
    assertThat(folder.resolve("p.json.gz")).isNotEmptyFile();
    assertThat(folder.resolve("p.json.gz.part")).doesNotExist();
  }

  @Test
  void soDoesOneThatWasFittedToANewPlatform() {
    Dataset few = Onboarding.few(Synthetic.BOARD.data(4, 40, 0), 30, 1);
    Predictor adapted = Onboarding.adapt(TRAINED, few);
    Path file = folder.resolve("board.json");
    adapted.write(file);
    assertThat(Predictor.read(file).on("board").predict(PROBE))
        .isEqualTo(adapted.on("board").predict(PROBE));
  }

  @Test
  void refusesWhatIsNoPredictorInOneLine() throws IOException {
    refuses("", "expected an object");
    refuses("[]", "expected an object");
    refuses("{\"schema\": 2}", "schema is 2; expected 1");
    refuses("{\"schema\": 1}", "Missing");
    refuses("{\"schema\": 1, \"schema\": 1}", "Duplicate");
    TRAINED.write(folder.resolve("good.json"));
    String good = Files.readString(folder.resolve("good.json"));
    refuses(good.substring(0, good.length() / 2), "Unexpected end");
    refuses(good.replaceFirst("\"seed\":1", "\"seed\":1,\"salt\":2"), "unknown field 'salt'");
    refuses(good.replaceFirst("\"channels_in\"", "\"channels\""), "Maybe train it again");
    refuses(good.replaceFirst("\"outputs\":8", "\"outputs\":9"), "expected");
    refuses(good.replaceFirst("\"outputs\":8", "\"outputs\":2000000000"), "at most");
    refuses(good.replaceFirst("\"bias\":\\[[^,]*", "\"bias\":[\"NaN\""), "finite");
    refuses(good.replaceFirst("\"conv\":\\[", "\"konv\":["), "kernel type 'konv'");
    refuses(good.replaceFirst("\"mean\":\\[", "\"mean\":[0,"), "an encoder of");
    refuses(good.replaceFirst("\"members\":\\[.*\\]", "\"members\":[]"), "0 networks");
  }

  @Test
  void survivesFilesWithBytesChanged() throws IOException {
    TRAINED.write(folder.resolve("good.json.gz"));
    TRAINED.write(folder.resolve("good.json"));
    Random random = new Random(9);
    for (int i = 0; i < 60; i++) {
      String name = i % 2 == 0 ? "good.json" : "good.json.gz";
      byte[] bytes = Files.readAllBytes(folder.resolve(name));
      for (int change = 0; change < 3; change++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(128);
      }
      Path file = folder.resolve("bad-" + name);
      Files.write(file, bytes);
      try {
        for (Prediction one : Predictor.read(file).on("desk").predict(PROBE)) {
          assertThat(one.meanMs()).isPositive().isFinite();
        }
      } catch (LearnException refused) {
        assertThat(refused.getMessage()).startsWith(file.toString()).doesNotContain("\n");
      }
    }
  }

  @Test
  void namesAFileThatIsNotThere() {
    assertThatThrownBy(() -> Predictor.read(folder.resolve("none.json")))
        .isInstanceOf(LearnException.class)
        .hasMessageEndingWith("none.json: no such file");
  }

  private void refuses(String text, String because) throws IOException {
    Path file = folder.resolve("p.json");
    Files.writeString(file, text);
    assertThatThrownBy(() -> Predictor.read(file))
        .isInstanceOf(LearnException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(because);
  }
}
