package org.scalpel.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;

class KernelFeaturesTest {
  private static List<KernelFeatures> of(OnnxModel model) {
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      return KernelFeatures.all(
          engine.kernels(model), engine.facts(model, Collector.inputs(model)));
    }
  }

  private static OnnxModel picture(long channels, long side, String steps) {
    return picture(channels, side, steps, false);
  }

  private static OnnxModel picture(long channels, long side, String steps, boolean quantised) {
    Sketch sketch = new Sketch(quantised);
    Wire wire = sketch.input("x", ElementType.FLOAT32, 1, channels, side, side);
    wire = sketch.bracket(wire);
    PictureBlocks blocks = new PictureBlocks(sketch);
    SequenceBlocks ends = new SequenceBlocks(sketch);
    for (Step step : Step.parse(steps)) {
      wire = SequenceBlocks.has(step.op()) ? ends.apply(wire, step) : blocks.apply(wire, step);
    }
    return sketch.build(List.of(wire));
  }

  @Test
  void aConvolutionWithItsActivationIsOneKernelWithAllItsFigures() {
    KernelFeatures conv = of(picture(16, 20, "conv 24 k3 s2 relu")).get(0);

    assertThat(conv.type()).isEqualTo(KernelType.CONV);
    assertThat(conv.value(Feature.CHANNELS_IN)).isEqualTo(16);
    assertThat(conv.value(Feature.CHANNELS_OUT)).isEqualTo(24);
    assertThat(conv.value(Feature.HEIGHT_IN)).isEqualTo(20);
    assertThat(conv.value(Feature.WIDTH_OUT)).isEqualTo(10);
    assertThat(conv.value(Feature.KERNEL_HEIGHT)).isEqualTo(3);
    assertThat(conv.value(Feature.STRIDE_WIDTH)).isEqualTo(2);
    assertThat(conv.value(Feature.PADS)).isEqualTo(4);
    assertThat(conv.value(Feature.MACS)).isEqualTo(24 * 10 * 10 * 16 * 9);
    assertThat(conv.value(Feature.INPUT_BYTES)).isEqualTo(16 * 20 * 20 * 4);
    assertThat(conv.value(Feature.OUTPUT_BYTES)).isEqualTo(24 * 10 * 10 * 4);
    assertThat(conv.value(Feature.WEIGHT_BYTES)).isEqualTo((24 * 16 * 9 + 24) * 4);
    assertThat(conv.value(Feature.MATRIX_INNER)).isEqualTo(16 * 9);
    assertThat(conv.value(Feature.LAYERS)).isEqualTo(2);
    assertThat(conv.value(Feature.CHEAP_ACTIVATIONS)).isEqualTo(1);
    assertThat(conv.value(Feature.ELEMENT_BYTES)).isEqualTo(4);
  }

  @Test
  void groupsTellOrdinaryGroupedAndDepthwiseConvolutionsApart() {
    assertThat(types(picture(16, 8, "conv 16 k1; conv 16 k3 g4; dw k3")))
        .containsExactly(KernelType.CONV, KernelType.GROUPED_CONV, KernelType.DEPTHWISE_CONV);
  }

  private static List<KernelType> types(OnnxModel model) {
    return of(model).stream().map(KernelFeatures::type).toList();
  }

  @Test
  void whatARuntimeMayComputeInsideAConvolutionIsOfATypeOfItsOwn() {
    OnnxModel alone = picture(16, 8, "conv 16 relu; basic 16 relu; maxpool; act relu");

    assertThat(types(alone)).filteredOn(type -> type == KernelType.FUSIBLE).hasSize(2);
    assertThat(types(alone)).last().isEqualTo(KernelType.ACTIVATION);
  }

  @Test
  void onlyAReluIsComputedInsideAConvolutionAndBehindANormalisationOnlyOfWholeBlocks() {
    assertThat(types(picture(16, 8, "conv 16 relu; basic 16 sigmoid")))
        .contains(KernelType.FUSIBLE)
        .last()
        .isEqualTo(KernelType.ACTIVATION);
    assertThat(types(picture(16, 8, "conv 32 relu; dense 8"))).contains(KernelType.FUSIBLE);
    assertThat(types(picture(16, 8, "conv 24 relu; dense 8")))
        .contains(KernelType.BATCH_NORM, KernelType.ACTIVATION)
        .doesNotContain(KernelType.FUSIBLE);
  }

  @Test
  void productsWithStoredAndWithComputedMatricesDiffer() {
    OnnxModel model = picture(32, 4, "tokens; encoder 2 64 relu");

    assertThat(types(model)).contains(KernelType.GEMM, KernelType.MATMUL, KernelType.SUM_NORM);
    KernelFeatures scores =
        of(model).stream().filter(f -> f.type() == KernelType.MATMUL).findFirst().orElseThrow();
    assertThat(scores.value(Feature.MATRIX_ROWS)).isEqualTo(16);
    assertThat(scores.value(Feature.MATRIX_COLUMNS)).isEqualTo(16);
    assertThat(scores.value(Feature.MATRIX_INNER)).isEqualTo(16);
    assertThat(scores.value(Feature.MATRIX_BATCH)).isEqualTo(2);
    assertThat(scores.value(Feature.MACS)).isEqualTo(2 * 16 * 16 * 16);
  }

  @Test
  void aLayerNormalisationInPiecesAndAGeluAreOneKernelEach() {
    assertThat(types(picture(32, 4, "tokens; plainnorm; linear 32 gelu; ln")))
        .contains(KernelType.LAYER_NORM)
        .doesNotContain(KernelType.REDUCE, KernelType.ELEMENTWISE);
  }

  @Test
  void eightBitKernelsAreKnownByWhatTheyRead() {
    assertThat(types(picture(16, 8, "conv 16 k3 relu; conv 16 k1 relu; gap; fc 10", true)))
        .contains(KernelType.QUANTISED_CONV, KernelType.QUANTISE)
        .doesNotContain(KernelType.CONV);
    assertThat(types(picture(16, 8, "tokens; integer 24"))).contains(KernelType.QUANTISED_MATMUL);
  }

  @Test
  void macsOfQuantisedWeightsCountAsThoseOfOrdinaryOnes() {
    double plain = macs(of(picture(16, 8, "conv 16 k3 relu; conv 16 k1 relu")));
    double quantised = macs(of(picture(16, 8, "conv 16 k3 relu; conv 16 k1 relu", true)));

    assertThat(quantised).isEqualTo(plain).isGreaterThan(0);
  }

  private static double macs(List<KernelFeatures> kernels) {
    return kernels.stream().mapToDouble(f -> f.value(Feature.MACS)).sum();
  }

  @Test
  void whereLayoutsMeetIsCounted() {
    List<KernelFeatures> kernels =
        of(picture(16, 8, "conv 16 k3 relu; conv 16 k3 relu; tokens; ln"));

    double bytes = 16 * 8 * 8 * 4;
    assertThat(kernels.get(0).value(Feature.PLAIN_INPUT_BYTES)).isEqualTo(bytes);
    assertThat(kernels.get(0).value(Feature.PLAIN_OUTPUT_BYTES)).isZero();
    assertThat(kernels.get(1).value(Feature.PLAIN_INPUT_BYTES)).isZero();
    assertThat(kernels.get(1).value(Feature.PLAIN_OUTPUT_BYTES)).isEqualTo(bytes);
    assertThat(kernels.get(2).value(Feature.BLOCKED_INPUT_BYTES)).isEqualTo(bytes);
  }

  @Test
  void withoutAnyShapesEveryFeatureIsStillFinite() {
    OnnxModel model = picture(16, 8, "conv 16 k3 relu; maxpool; tokens; encoder 2 32 gelu; lstm 8");
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      KernelGraph kernels = engine.kernels(model);
      List<KernelFeatures> blind = KernelFeatures.all(kernels, Map.of());

      assertThat(blind).hasSameSizeAs(kernels.kernels());
      assertThat(blind)
          .allSatisfy(
              f -> assertThat(Arrays.stream(f.toArray())).allMatch(v -> v >= 0 && v < 1e18));
      assertThat(KernelFeatures.of(kernels, kernels.kernels().get(0), Map.of()))
          .isEqualTo(blind.get(0));
    }
  }

  @Test
  void vectorsOfTheWrongLengthOrWithNegativeFiguresAreRefused() {
    double[] negative = new double[KernelFeatures.names().size()];
    negative[3] = -1;

    assertThatThrownBy(() -> KernelFeatures.of(KernelType.CONV, new double[3]))
        .hasMessageContaining("3 features");
    assertThatThrownBy(() -> KernelFeatures.of(KernelType.CONV, negative))
        .hasMessageContaining("height_in is -1.0");
  }
}
