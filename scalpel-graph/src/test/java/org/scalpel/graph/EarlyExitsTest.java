package org.scalpel.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.scalpel.onnx.StringStringEntryProto;

class EarlyExitsTest {
  private static final EarlyExits TWO =
      new EarlyExits(
          1,
          "margin",
          3,
          List.of(
              new EarlyExits.Exit("early", "e", "a", 1.5),
              new EarlyExits.Exit("final", "y", "b", 1)));

  /** a → e is the head; a → b → y the rest; a → side is another output. */
  private static OnnxModel model() {
    return ModelBuilder.opset(17)
        .input("x", TensorFact.of(ElementType.FLOAT32, 1, 3))
        .node("Tanh", List.of("x"), List.of("a"))
        .node("Softmax", List.of("a"), List.of("e"))
        .node("Sigmoid", List.of("a"), List.of("b"))
        .node("Softmax", List.of("b"), List.of("y"))
        .node("Neg", List.of("a"), List.of("side"))
        .output("e")
        .output("y")
        .output("side")
        .build();
  }

  @Test
  void whatAModelDeclaresIsReadBack() {
    OnnxModel declared = TWO.declaredBy(TWO.declaredBy(model()));
    assertThat(EarlyExits.of(declared)).contains(TWO);
    assertThat(declared.proto().getMetadataPropsCount()).isEqualTo(1);
    assertThat(EarlyExits.of(model())).isEmpty();
    assertThat(TWO.measure()).isEqualTo(Confidence.MARGIN);
  }

  @Test
  void kernelsStandBehindTheExitsThatDoNotNeedThem() {
    LayerGraph layers = LayerGraph.of(model());
    KernelGraph kernels =
        KernelGraph.ofGroups(
            layers, layers.layers().stream().map(layer -> List.of(layer.name())).toList());
    assertThat(TWO.stages(kernels)).containsExactly(0, 0, 1, 1, 1);
  }

  @Test
  void malformedDeclarationsNameModelAndPlace() {
    refused("{", "metadata scalpel_exits");
    refused("{\"schema\": 1}", "confidence");
    refused(
        "{\"schema\":1,\"confidence\":\"luck\",\"classes\":3,\"exits\":[{\"name\":\"a\",\"output\":\"e\",\"after\":\"a\",\"temperature\":1}]}",
        "confidence 'luck'");
    refused(
        "{\"schema\":1,\"confidence\":\"margin\",\"classes\":3,\"exits\":[{\"name\":\"a\",\"output\":\"z\",\"after\":\"a\",\"temperature\":1}]}",
        "output 'z', which the model has not");
    refused(
        "{\"schema\":1,\"confidence\":\"margin\",\"classes\":3,\"exits\":[{\"name\":\"a\",\"output\":\"e\",\"after\":\"a\",\"temperature\":0}]}",
        "temperature 0.0");
  }

  private static void refused(String text, String part) {
    OnnxModel model =
        OnnxModel.of(
            model().proto().toBuilder()
                .addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(EarlyExits.KEY).setValue(text))
                .build(),
            model().folder());
    assertThatThrownBy(() -> EarlyExits.of(model))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(part)
        .hasMessageContaining(EarlyExits.KEY);
  }

  @Test
  void confidenceIsOneWithoutDoubtAndSmallestWhenGuessing() {
    float[] sure = {0, 1, 0};
    float[] guess = {1 / 3f, 1 / 3f, 1 / 3f};
    for (Confidence measure : Confidence.values()) {
      assertThat(measure.of(sure)).as(measure.text()).isCloseTo(1, within(1e-6));
      assertThat(measure.of(guess)).as(measure.text()).isLessThan(0.34);
      assertThat(Confidence.parse(measure.text())).isEqualTo(measure);
    }
    assertThat(Confidence.MARGIN.of(new float[] {0.2f, 0.7f, 0.1f})).isCloseTo(0.5, within(1e-6));
    assertThat(Confidence.ENTROPY.of(guess)).isCloseTo(0, within(1e-6));
  }
}
