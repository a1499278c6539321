package org.scalpel.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.scalpel.graph.ElementType.FLOAT32;
import static org.scalpel.graph.ElementType.INT64;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.scalpel.graph.Postprocessing.Kind;
import org.scalpel.onnx.NodeProto;

class PostprocessingTest {
  @Test
  void theBestReplacesTheOutput() {
    OnnxModel reduced = Postprocessing.of("y", Kind.BEST).append(model(17));
    assertThat(reduced.outputs())
        .containsExactly(
            new OnnxModel.Value("y_value", TensorFact.of(FLOAT32, -1, 80)),
            new OnnxModel.Value("y_index", TensorFact.of(INT64, -1, 80)),
            new OnnxModel.Value("other", TensorFact.of(FLOAT32, 3)));
    assertThat(LayerGraph.of(reduced).layers())
        .extracting(LayerGraph.Layer::op)
        .containsExactly("Relu", "Sin", "ReduceMax", "ArgMax");
  }

  @Test
  void theLargestKeepTheirAxis() {
    OnnxModel reduced = new Postprocessing("y", Kind.TOP, 2, 5).append(model(17));
    assertThat(reduced.outputs().get(1))
        .isEqualTo(new OnnxModel.Value("y_index", TensorFact.of(INT64, -1, 80, 5)));
  }

  @Test
  void operatorsAreWrittenAsTheModelsVersionHasThem() {
    assertThat(last(new Postprocessing("y", Kind.TOP, 2, 5).append(model(9))).getInputList())
        .hasSize(1);
    assertThat(last(new Postprocessing("y", Kind.TOP, 2, 5).append(model(10))).getInputList())
        .hasSize(2);
    assertThat(last(Postprocessing.of("y", Kind.VALUE).append(model(17))).getInputList())
        .hasSize(1);
    assertThat(last(Postprocessing.of("y", Kind.VALUE).append(model(18))).getInputList())
        .hasSize(2);
    assertThatThrownBy(() -> new Postprocessing("y", Kind.SOFTMAX, 1, 1).append(model(12)))
        .hasMessageContaining("last axis only");
    assertThat(Postprocessing.of("y", Kind.SOFTMAX).append(model(12)).outputs().get(0).fact())
        .isEqualTo(TensorFact.of(FLOAT32, -1, 80, 6625));
  }

  @Test
  void refusesWhatIsNotThere() {
    assertThatThrownBy(() -> Postprocessing.of("z", Kind.INDEX).append(model(17)))
        .hasMessageContaining("has no output 'z'; it has [y, other]");
    assertThatThrownBy(() -> new Postprocessing("y", Kind.INDEX, 3, 1).append(model(17)))
        .hasMessageContaining("has no axis 3");
    assertThatThrownBy(() -> new Postprocessing("y", Kind.TOP, 0, 0))
        .isInstanceOf(ModelException.class);
  }

  private static NodeProto last(OnnxModel model) {
    return model.proto().getGraph().getNode(model.proto().getGraph().getNodeCount() - 1);
  }

  private static OnnxModel model(long opset) {
    return ModelBuilder.opset(opset)
        .input("x", TensorFact.of(FLOAT32, -1, 80, 6625))
        .node("Relu", List.of("x"), List.of("y"))
        .node("Sin", List.of("x"), List.of("other"))
        .output("y", TensorFact.of(FLOAT32, -1, 80, 6625))
        .output("other", TensorFact.of(FLOAT32, 3))
        .build();
  }
}
