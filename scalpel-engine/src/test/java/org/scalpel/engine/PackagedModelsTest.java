package org.scalpel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.onnx.ModelProto;

/** Pretrained networks that arrive as Maven artifacts. */
class PackagedModelsTest {
  @Test
  void aTextDetectorIsCutAnywhere() throws IOException {
    check(
        "/models/ch_PP-OCRv4_det_infer.onnx",
        Map.of("x", List.of(1L, 3L, 160L, 160L)),
        SplitEquality.TOLERANCE);
  }

  @Test
  void aTextDirectionClassifierIsCutAnywhere() throws IOException {
    check(
        "/models/ch_ppocr_mobile_v2.0_cls_infer.onnx",
        Map.of("x", List.of(1L, 3L, 48L, 192L)),
        SplitEquality.TOLERANCE);
  }

  @Test
  void aTextRecogniserIsCutAnywhere() throws IOException {
    check(
        "/models/ch_PP-OCRv3_rec_infer.onnx",
        Map.of("x", List.of(1L, 3L, 48L, 160L)),
        SplitEquality.TOLERANCE);
  }

  @Test
  void aQuantisedTransformerIsCutAnywhere() throws IOException {
    List<Long> shape = List.of(1L, 12L);
    check(
        "/all-minilm-l6-v2-q.onnx",
        Map.of("input_ids", shape, "attention_mask", shape, "token_type_ids", shape),
        SplitEquality.QUANTISED_TOLERANCE);
  }

  private static void check(String resource, Map<String, List<Long>> shapes, double tolerance)
      throws IOException {
    try (InputStream in = PackagedModelsTest.class.getResourceAsStream(resource);
        Engine engine = new Engine(EngineOptions.DEFAULT)) {
      assertThat(in).as(resource).isNotNull();
      OnnxModel model = OnnxModel.of(ModelProto.parseFrom(in), Path.of("."));
      Map<String, TensorData> inputs = SampleInputs.of(model, 3, shapes);
      SplitEquality equality = new SplitEquality(engine, model, inputs, tolerance);
      equality.check(equality.cuts(6, 3));
    }
  }
}
