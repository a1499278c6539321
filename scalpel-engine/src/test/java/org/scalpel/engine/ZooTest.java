package org.scalpel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.scalpel.graph.OnnxModel;

/** Real networks and real architectures; {@link EveryCut} says how thoroughly each is cut. */
class ZooTest {
  @TestFactory
  Stream<DynamicTest> everyNetworkAnswersTheSameHoweverItIsCut() {
    return RealModels.onnxFiles(RealModels.zoo()).stream()
        .map(f -> DynamicTest.dynamicTest(String.valueOf(f.getFileName()), () -> check(f)));
  }

  private static void check(Path file) {
    boolean architecture = file.toString().contains("architectures");
    OnnxModel read = OnnxModel.read(file);
    OnnxModel model = architecture ? RandomWeights.in(read) : read;
    EveryCut.check(
        String.valueOf(file.getFileName()),
        model,
        SampleInputs.of(model, 3, Map.of()),
        SplitEquality.TOLERANCE);
  }

  @Test
  void kernelsAreTheNodesOfTheOptimisedGraph() {
    Path zoo = RealModels.zoo();
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      assertThat(engine.kernels(read(zoo, "mobilenetv2/mobilenet_v2_1.0_224")).kernels())
          .hasSize(65);
      assertThat(engine.kernels(read(zoo, "squeezenet1.1/squeezenet1.1")).kernels()).hasSize(39);
      assertThat(engine.kernels(read(zoo, "architectures/resnet18")).kernels()).hasSize(39);
      assertThat(engine.kernels(read(zoo, "architectures/googlenet")).kernels())
          .hasSizeBetween(79, 81);
    }
  }

  private static OnnxModel read(Path zoo, String name) {
    return OnnxModel.read(zoo.resolve(name + ".onnx"));
  }
}
