package org.scalpel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorFact;

class SplitEqualityTest {
  static Stream<String> models() {
    return TestModels.all().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyCutOfASmallModelGivesTheSameAnswer(String name) {
    OnnxModel model = Found.in(TestModels.all(), name).get();
    for (OptimizationLevel level : List.of(OptimizationLevel.EXTENDED, OptimizationLevel.ALL)) {
      try (Engine engine = new Engine(EngineOptions.DEFAULT.withLevel(level))) {
        var inputs = SampleInputs.of(model, 3, shapes(name));
        SplitEquality equality = new SplitEquality(engine, model, inputs, tolerance(name));
        equality.check(equality.cuts(Integer.MAX_VALUE, 10));
      }
    }
  }

  private static double tolerance(String name) {
    return name.equals("quantised") ? SplitEquality.QUANTISED_TOLERANCE : SplitEquality.TOLERANCE;
  }

  private static Map<String, List<Long>> shapes(String name) {
    return name.equals("transformer") ? Map.of("ids", List.of(1L, 7L)) : Map.of();
  }

  @Test
  void fusedLayersAreOneKernel() {
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      OnnxModel model = TestModels.residual();
      // stem, and per block: conv+relu, conv+bn, add, relu; pool+flatten, matmul, softmax
      assertThat(engine.kernels(model).kernels()).hasSizeBetween(10, 12);
      assertThat(engine.kernels(model).digest()).isEqualTo(engine.kernels(model).digest());
    }
  }

  @Test
  void shapesThatDependOnDataAreReadOffARealRun() {
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      OnnxModel model = TestModels.dataDependent();
      Map<String, TensorFact> facts = engine.facts(model, SampleInputs.of(model, 3, Map.of()));
      assertThat(Found.in(facts, "m")).isEqualTo(TensorFact.of(ElementType.FLOAT32, 1, 16));
      assertThat(Found.in(facts, "where").shape().get(1)).isBetween(1L, 15L);
      assertThat(Found.in(facts, "y").shape()).isEqualTo(Found.in(facts, "where").shape());
    }
  }
}
