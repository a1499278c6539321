package org.scalpel.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.scalpel.graph.ElementType.FLOAT16;
import static org.scalpel.graph.ElementType.FLOAT32;
import static org.scalpel.graph.ElementType.INT64;
import static org.scalpel.graph.ElementType.UINT8;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.scalpel.onnx.NodeProto;

class PreprocessingTest {
  @Test
  void putsThePixelStepsBeforeTheModel() {
    OnnxModel model = model(TensorFact.of(FLOAT32, -1, 3, 224, 200));
    Preprocessing steps = Preprocessing.of(model, Preprocessing.Fit.CROP, Pixels.imageNet());
    assertThat(steps.width()).isEqualTo(200);
    OnnxModel ready = steps.prepend(model);
    assertThat(ready.inputs())
        .containsExactly(new OnnxModel.Value("x_uint8", TensorFact.of(UINT8, -1, 224, 200, 3)));
    assertThat(ops(ready)).containsExactly("Transpose", "Cast", "Mul", "Add", "Relu");
    assertThat(LayerGraph.of(ready).layers()).hasSize(5);
    assertThat(ready.sha256()).isNotEqualTo(model.sha256());
  }

  @Test
  void factorAndOffsetAreThoseOfScaleMeanAndDeviation() {
    Pixels pixels = Pixels.imageNet();
    for (int c = 0; c < 3; c++) {
      double expected = (100 / 255.0 - pixels.mean().get(c)) / pixels.deviation().get(c);
      assertThat((double) (100 * pixels.factors()[c] + pixels.offsets()[c]))
          .isCloseTo(expected, org.assertj.core.data.Offset.offset(1e-6));
    }
  }

  @Test
  void leavesOutStepsThatDoNothing() {
    OnnxModel plain = model(TensorFact.of(UINT8, 1, 8, 8, 3));
    Pixels raw = Pixels.raw(Pixels.Order.RGB, Pixels.Layout.NHWC);
    assertThat(ops(prepend(plain, raw))).containsExactly("Identity", "Relu");
    OnnxModel floats = model(TensorFact.of(FLOAT32, 1, 8, 8, 3));
    assertThat(ops(prepend(floats, raw))).containsExactly("Cast", "Relu");
  }

  @Test
  void ordersChannelsAndTypes() {
    OnnxModel bgr = model(TensorFact.of(FLOAT16, 1, 3, 8, 8));
    Pixels pixels = Pixels.raw(Pixels.Order.BGR, Pixels.Layout.NCHW);
    assertThat(ops(prepend(bgr, pixels)))
        .containsExactly("Gather", "Transpose", "Cast", "Cast", "Relu");
    OnnxModel gray = model(TensorFact.of(FLOAT32, 1, 1, 8, 8));
    Pixels luminance =
        new Pixels(Pixels.Order.GRAY, Pixels.Layout.NCHW, 1 / 255.0, List.of(0.5), List.of(0.5));
    assertThat(ops(prepend(gray, luminance)))
        .containsExactly("Cast", "MatMul", "Mul", "Add", "Transpose", "Relu");
  }

  @Test
  void aSizeThatTheModelLeavesOpenStaysOpen() {
    OnnxModel model = model(TensorFact.of(FLOAT32, 1, 3, -1, -1));
    assertThat(prepend(model, Pixels.imageNet()).inputs().get(0).fact())
        .isEqualTo(TensorFact.of(UINT8, 1, -1, -1, 3));
    Preprocessing fixed =
        new Preprocessing("x", 640, 480, Preprocessing.Fit.PAD, Pixels.imageNet());
    assertThat(fixed.prepend(model).inputs().get(0).fact())
        .isEqualTo(TensorFact.of(UINT8, 1, 480, 640, 3));
  }

  @Test
  void refusesWhatIsNoPicture() {
    Pixels rgb = Pixels.imageNet();
    refused(model(TensorFact.of(FLOAT32, 1, 4)), rgb, "is no picture");
    refused(model(TensorFact.of(FLOAT32, 1, 4, 8, 8)), rgb, "does not take a picture");
    refused(model(TensorFact.of(INT64, 1, 3, 8, 8)), rgb, "cannot take these pixels");
    refused(model(TensorFact.of(UINT8, 1, 3, 8, 8)), rgb, "cannot take these pixels");
    OnnxModel model = model(TensorFact.of(FLOAT32, 1, 3, 8, 8));
    assertThatThrownBy(
            () -> new Preprocessing("z", 8, 8, Preprocessing.Fit.PAD, rgb).prepend(model))
        .hasMessageContaining("has no input 'z' for the picture; it has [x]");
    assertThatThrownBy(
            () -> new Preprocessing("x", 9, 8, Preprocessing.Fit.PAD, rgb).prepend(model))
        .hasMessageContaining("does not take a picture of 9×8");
    assertThatThrownBy(() -> new Preprocessing("x", -1, 8, Preprocessing.Fit.PAD, rgb))
        .isInstanceOf(ModelException.class);
    assertThatThrownBy(() -> pixels(0, List.of(0.0), List.of(1.0))).hasMessageContaining("scale");
    assertThatThrownBy(() -> pixels(1, List.of(0.0, 1.0), List.of(1.0)))
        .hasMessageContaining("mean");
    assertThatThrownBy(() -> pixels(1, List.of(0.0), List.of(0.0)))
        .hasMessageContaining("deviation");
  }

  @Test
  void otherInputsStayAsTheyAre() {
    OnnxModel model =
        ModelBuilder.opset(17)
            .input("size", TensorFact.of(FLOAT32, 2))
            .input("x", TensorFact.of(FLOAT32, 1, 3, 8, 8))
            .node("Foo", List.of("x", "size"), List.of("y"))
            .output("y")
            .build();
    Preprocessing steps = new Preprocessing("x", 8, 8, Preprocessing.Fit.PAD, Pixels.imageNet());
    assertThat(Cuts.names(steps.prepend(model).inputs())).containsExactly("size", "x_uint8");
    assertThatThrownBy(() -> Preprocessing.of(model, Preprocessing.Fit.PAD, Pixels.imageNet()))
        .hasMessageContaining("has 2 inputs");
  }

  private static Pixels pixels(double scale, List<Double> mean, List<Double> deviation) {
    return new Pixels(Pixels.Order.RGB, Pixels.Layout.NCHW, scale, mean, deviation);
  }

  private static void refused(OnnxModel model, Pixels pixels, String message) {
    assertThatThrownBy(() -> prepend(model, pixels))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message);
  }

  private static OnnxModel prepend(OnnxModel model, Pixels pixels) {
    return Preprocessing.of(model, Preprocessing.Fit.STRETCH, pixels).prepend(model);
  }

  private static OnnxModel model(TensorFact input) {
    return ModelBuilder.opset(17)
        .input("x", input)
        .node("Relu", List.of("x"), List.of("y"))
        .output("y")
        .build();
  }

  private static List<String> ops(OnnxModel model) {
    return model.proto().getGraph().getNodeList().stream().map(NodeProto::getOpType).toList();
  }
}
