package org.scalpel.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.scalpel.app.UserException;
import org.scalpel.codec.Image;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.Session;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

class DetectorTest {
  private static final int SIDE = 32;
  private static final int PLACES = 16 + 4 + 1;
  private static final int WIDTH = 85;
  private static final Detector.Wanted KINDS = Detector.Wanted.VEHICLES;

  /** Answers the same whatever it sees: the mean of the picture times 0, plus this. */
  private static OnnxModel always(float[] answer) {
    return ModelBuilder.opset(11)
        .input("images", TensorFact.of(ElementType.FLOAT32, 1, 3, SIDE, SIDE))
        .initializer("zero", TensorData.ofFloats(new float[] {0}, 1))
        .initializer("answer", TensorData.ofFloats(answer, 1, PLACES, WIDTH))
        .node(
            "ReduceMean",
            List.of("images"),
            List.of("mean"),
            ModelBuilder.attribute("axes", List.of(1L, 2L, 3L)),
            ModelBuilder.attribute("keepdims", 0L))
        .node("Mul", List.of("mean", "zero"), List.of("nothing"))
        .node("Add", List.of("answer", "nothing"), List.of("output"))
        .output("output", TensorFact.of(ElementType.FLOAT32, 1, PLACES, WIDTH))
        .build();
  }

  private static void put(float[] answer, int place, int kind, float[] values) {
    System.arraycopy(values, 0, answer, place * WIDTH, values.length);
    answer[place * WIDTH + 5 + kind] = 0.8f;
  }

  @Test
  void boxesOfWantedKindsComeOutInPixelsOfThePicture() {
    float[] answer = new float[PLACES * WIDTH];
    // Row 1, column 2 of the grid of 8 pixels: centre (2.5, 1.5) cells, size e^0 = 1 cell.
    put(answer, 6, 2, new float[] {0.5f, 0.5f, 0, 0, 0.9f});
    // Row 1, column 0 of the grid of 16 pixels: a bus, half as sure.
    put(answer, 16 + 2, 5, new float[] {0.5f, 0.5f, 0, 0, 0.45f});
    // A person is not asked for.
    put(answer, 0, 0, new float[] {0.5f, 0.5f, 0, 0, 1});
    Detector detector = Detector.of(always(answer), KINDS, 0.3);
    // Twice the size of the square.
    Image picture = new Image(64, 64, new byte[64 * 64 * 3]);
    Letterbox fitted = new Letterbox(64, 64, SIDE);

    try (Engine engine = new Engine(EngineOptions.DEFAULT);
        Session session = engine.open(detector.model())) {
      List<Detection> seen =
          detector.detections(session.run(detector.inputs(fitted.square(picture))), fitted);

      assertThat(seen).extracting(Detection::kind).containsExactly("car", "bus");
      assertThat(seen.get(0).score()).isCloseTo(0.72, within(1e-6));
      assertThat(seen.get(0).box()).isEqualTo(new Box(32, 16, 48, 32));
      assertThat(seen.get(1).box()).isEqualTo(new Box(0, 32, 32, 64));
    }
  }

  @Test
  void whateverThereIsCountsAsAThing() {
    float[] answer = new float[PLACES * WIDTH];
    put(answer, 6, 67, new float[] {0.5f, 0.5f, 0, 0, 0.9f});
    Letterbox fitted = new Letterbox(SIDE, SIDE, SIDE);
    Image picture = new Image(SIDE, SIDE, new byte[SIDE * SIDE * 3]);

    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      for (Detector.Wanted wanted : Detector.Wanted.values()) {
        Detector detector = Detector.of(always(answer), wanted, 0.3);
        try (Session session = engine.open(detector.model())) {
          List<Detection> seen =
              detector.detections(session.run(detector.inputs(fitted.square(picture))), fitted);
          assertThat(seen).hasSize(wanted == Detector.Wanted.THINGS ? 1 : 0);
        }
      }
    }
  }

  @Test
  void anAnswerIsSmall() {
    Detector detector = Detector.of(always(new float[PLACES * WIDTH]), KINDS, 0.3);

    assertThat(detector.model().outputs()).allMatch(output -> output.fact().bytes() <= 1024);
  }

  @Test
  void whatIsNoDetectorIsRefusedInOneLine() {
    OnnxModel other =
        ModelBuilder.opset(11)
            .input("x", TensorFact.of(ElementType.FLOAT32, 1, 3, SIDE, SIDE))
            .node("Neg", List.of("x"), List.of("y"))
            .output("y", TensorFact.of(ElementType.FLOAT32, 1, 3, SIDE, SIDE))
            .build();

    assertThatThrownBy(() -> Detector.of(other, KINDS, 0.3))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("expected a YOLOX detector")
        .hasMessageNotContaining("\n");
  }
}
