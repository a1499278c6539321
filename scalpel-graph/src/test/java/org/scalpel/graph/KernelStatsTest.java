package org.scalpel.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.scalpel.graph.ElementType.FLOAT32;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KernelStatsTest {
  @Test
  void convolutionCountsFilterTimesOutput() {
    ModelBuilder builder =
        x(1, 8, 10, 10)
            .initializer("w", TensorData.ofFloats(new float[16 * 4 * 9], 16, 4, 3, 3))
            .initializer("b", TensorData.ofFloats(new float[16], 16))
            .node("Conv", List.of("x", "w", "b"), List.of("y"));
    assertThat(stats(builder, Map.of("y", TensorFact.of(FLOAT32, 1, 16, 8, 8))))
        .containsExactly(new KernelStats(16 * 64 * 4 * 9, 4 * (16 * 4 * 9 + 16)));
  }

  @Test
  void transposedConvolutionCountsFilterTimesInput() {
    ModelBuilder builder =
        x(1, 8, 10, 10)
            .initializer("w", TensorData.ofFloats(new float[8 * 4 * 4], 8, 4, 2, 2))
            .node("ConvTranspose", List.of("x", "w"), List.of("y"));
    assertThat(stats(builder, Map.of())).extracting(KernelStats::macs).containsExactly(800L * 16);
  }

  @Test
  void productsCountTheInnerDimension() {
    ModelBuilder gemm =
        x(5, 7)
            .initializer("w", TensorData.ofFloats(new float[21], 7, 3))
            .node("Gemm", List.of("x", "w"), List.of("y"));
    assertThat(stats(gemm, Map.of("y", TensorFact.of(FLOAT32, 5, 3))).get(0).macs()).isEqualTo(105);
    ModelBuilder transposed =
        x(7, 5)
            .initializer("w", TensorData.ofFloats(new float[21], 7, 3))
            .node("Gemm", List.of("x", "w"), List.of("y"), ModelBuilder.attribute("transA", 1L));
    assertThat(stats(transposed, Map.of("y", TensorFact.of(FLOAT32, 5, 3))).get(0).macs())
        .isEqualTo(105);
    ModelBuilder matMul =
        x(2, 5, 7)
            .initializer("w", TensorData.ofFloats(new float[21], 7, 3))
            .node("MatMul", List.of("x", "w"), List.of("y"));
    assertThat(stats(matMul, Map.of("y", TensorFact.of(FLOAT32, 2, 5, 3))).get(0).macs())
        .isEqualTo(210);
  }

  @Test
  void recurrentLayersCountWeightsPerStep() {
    ModelBuilder builder =
        x(6, 2, 5)
            .initializer("w", TensorData.ofFloats(new float[4 * 3 * 5], 1, 12, 5))
            .initializer("r", TensorData.ofFloats(new float[4 * 3 * 3], 1, 12, 3))
            .node("LSTM", List.of("x", "w", "r"), List.of("y"));
    assertThat(stats(builder, Map.of()).get(0).macs()).isEqualTo(12 * (60 + 36));
  }

  @Test
  void unknownShapesAndOtherOperatorsCountNothing() {
    ModelBuilder unknown =
        x(-1, 7)
            .initializer("w", TensorData.ofFloats(new float[21], 7, 3))
            .node("Gemm", List.of("x", "w"), List.of("y"));
    assertThat(stats(unknown, Map.of())).containsExactly(new KernelStats(0, 84));
    assertThat(stats(x(4).node("Relu", List.of("x"), List.of("y")), Map.of()))
        .containsExactly(new KernelStats(0, 0));
  }

  @Test
  void computedWeightsCountAtTheirOwnSize() {
    ModelBuilder builder =
        x(1, 8, 4, 4)
            .initializer("shape", TensorData.ofLongs(new long[] {2, 8, 1, 1}, 4))
            .node("ConstantOfShape", List.of("shape"), List.of("w"))
            .node("Conv", List.of("x", "w"), List.of("y"));
    assertThat(stats(builder, Map.of("y", TensorFact.of(FLOAT32, 1, 2, 4, 4))))
        .containsExactly(new KernelStats(32 * 8, 64));
  }

  private static ModelBuilder x(long... shape) {
    return ModelBuilder.opset(17).input("x", TensorFact.of(FLOAT32, shape));
  }

  private static List<KernelStats> stats(ModelBuilder builder, Map<String, TensorFact> facts) {
    OnnxModel model = builder.output("y", TensorFact.of(FLOAT32, -1)).build();
    return KernelStats.of(Cuts.kernels(model, new Random(0), 2), new HashMap<>(facts));
  }
}
