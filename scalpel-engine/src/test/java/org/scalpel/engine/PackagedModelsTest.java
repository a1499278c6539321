package org.scalpel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scalpel.graph.OnnxModel;
import org.scalpel.onnx.ModelProto;

/** Pretrained networks that arrive as Maven artifacts, the demo's among them. */
class PackagedModelsTest {
  @ParameterizedTest
  @CsvSource({
    "ch_PP-OCRv4_det_infer, 160, 160",
    "ch_PP-OCRv3_det_infer, 160, 160",
    "ch_PP-OCRv4_rec_infer, 48, 160",
    "ch_PP-OCRv3_rec_infer, 48, 160",
    "ch_ppocr_mobile_v2.0_cls_infer, 48, 192"
  })
  void aPretrainedTextNetworkIsCutAnywhere(String name, long height, long width)
      throws IOException {
    check(
        "/models/" + name + ".onnx",
        Map.of("x", List.of(1L, 3L, height, width)),
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
    try (InputStream in = PackagedModelsTest.class.getResourceAsStream(resource)) {
      assertThat(in).as(resource).isNotNull();
      OnnxModel model = OnnxModel.of(ModelProto.parseFrom(in), Path.of("."));
      String name = resource.substring(resource.lastIndexOf('/') + 1);
      EveryCut.check(name, model, SampleInputs.of(model, 3, shapes), tolerance);
    }
  }
}
