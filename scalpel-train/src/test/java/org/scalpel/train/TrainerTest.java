package org.scalpel.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  private static final PictureSet TAUGHT = Made.pictures(8, 640, 1);
  private static final PictureSet KEPT = Made.pictures(8, 40, 2);

  @TempDir Path folder;

  private static Trainer trainer(Network network, int epochs, PrintWriter out) {
    return new Trainer(network, Made.course(epochs), TAUGHT, KEPT, new Log(out));
  }

  private List<List<float[]>> trained(String file, int epochs, PrintWriter out) {
    Network network = Made.small();
    Trainer trainer = trainer(network, epochs, out);
    try (NDManager memory = NDManager.newBaseManager()) {
      Weights weights = trainer.train(memory, folder.resolve(file)).weights();
      return trainer.logits(memory, weights, KEPT);
    }
  }

  @Test
  void everyExitLearnsWhatThereIsToLearn() {
    List<List<float[]>> logits = trained("whole", 8, new PrintWriter(new StringWriter()));
    assertThat(logits).hasSize(2);
    for (double accuracy : Trainer.accuracies(logits, KEPT)) {
      assertThat(accuracy).isGreaterThan(0.7);
    }
  }

  @Test
  void aTrainingThatWasBrokenOffEndsAsIfItHadNotBeen() {
    PrintWriter breaking =
        new PrintWriter(Writer.nullWriter()) {
          @Override
          public void println(String line) {
            if (line.startsWith("epoch 1 of")) {
              throw new IllegalStateException("broken off");
            }
          }
        };
    assertThatThrownBy(() -> trained("broken", 2, breaking)).hasMessage("broken off");
    StringWriter told = new StringWriter();
    List<List<float[]>> after = trained("broken", 2, new PrintWriter(told));
    List<List<float[]>> whole = trained("whole", 2, new PrintWriter(new StringWriter()));

    assertThat(told.toString()).contains("epoch 2 of 2").doesNotContain("epoch 1 of 2");
    for (int row = 0; row < KEPT.size(); row++) {
      assertThat(after.get(1).get(row)).containsExactly(whole.get(1).get(row), within(1e-3f));
    }
  }

  @Test
  void aCheckpointGoesOnToAnotherEndOnlyAsLongAsTheRateHasNotFallen() {
    trained("other", 1, new PrintWriter(Writer.nullWriter()));
    assertThatThrownBy(() -> trained("other", 2, new PrintWriter(Writer.nullWriter())))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("of another course")
        .hasMessageContaining("Maybe remove it");
    assertThat(Made.course(5).isSameUntil(3.9, Made.course(6))).isTrue();
    assertThat(Made.course(5).isSameUntil(4, Made.course(6))).isFalse();
  }

  @Test
  void theRateRisesStaysAndFallsToNothing() {
    Course course = Made.course(5);
    assertThat(course.rateAt(0)).isLessThan(course.rateAt(0.4));
    assertThat(course.rateAt(0.5)).isEqualTo(course.rate());
    assertThat(course.rateAt(4)).isEqualTo(course.rate());
    assertThat(course.rateAt(4.5)).isCloseTo(course.rate() / 2, within(1e-9));
    assertThat(course.rateAt(5)).isZero();
    assertThat(course.sideAt(3.9, 32)).isEqualTo(24);
    assertThat(course.sideAt(4, 32)).isEqualTo(32);
  }
}
