package org.scalpel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.scalpel.graph.OnnxModel;

/** Real architectures; a bounded choice of cuts each, so that the suite stays quick. */
class ZooTest {
  /** Weights of these would take most of the time of the suite and show nothing new. */
  private static final List<String> LARGE =
      List.of("vgg16", "vit_b_16", "alexnet", "resnet34", "resnet50", "inception_v3");

  /** Deep networks with random weights amplify rounding from layer to layer. */
  private static final double DEEP_TOLERANCE = 5e-3;

  @Test
  void pretrainedNetworksAnswerTheSameHoweverTheyAreCut() {
    for (Path file : RealModels.onnxFiles(RealModels.zoo())) {
      if (!file.toString().contains("architectures")) {
        check(OnnxModel.read(file), SplitEquality.TOLERANCE, 4, 2);
      }
    }
  }

  @Test
  void architecturesWithRandomWeightsAnswerTheSameHoweverTheyAreCut() {
    for (Path file : RealModels.onnxFiles(RealModels.zoo().resolve("architectures"))) {
      if (LARGE.stream().noneMatch(l -> file.endsWith(l + ".onnx"))) {
        check(RealModels.withRandomWeights(OnnxModel.read(file)), DEEP_TOLERANCE, 3, 1);
      }
    }
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

  private static void check(OnnxModel model, double tolerance, int vertices, int random) {
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      SplitEquality equality =
          new SplitEquality(engine, model, SampleInputs.of(model, 3, Map.of()), tolerance);
      equality.check(equality.cuts(vertices, random));
    }
  }
}
