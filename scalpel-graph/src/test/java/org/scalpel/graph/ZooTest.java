package org.scalpel.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ZooTest {
  @TestFactory
  Stream<DynamicTest> everyModelIsReadAndCutAtEveryCutVertexAndAtRandom() {
    return RealFiles.zoo().stream()
        .map(f -> DynamicTest.dynamicTest(String.valueOf(f.getFileName()), () -> cutEverywhere(f)));
  }

  private static void cutEverywhere(Path file) {
    OnnxModel model = OnnxModel.read(file);
    KernelGraph kernels = Cuts.kernels(model, new Random(7), 0.7);
    Structure structure = Structure.of(kernels);
    assertThat(kernels.kernels()).isNotEmpty();
    assertThat(structure.cutVertices()).isNotEmpty();
    for (int cut : structure.cutVertices()) {
      Cuts.check(model, kernels, Cuts.prefix(kernels, cut));
    }
    Random random = new Random(11);
    for (int i = 0; i < 10; i++) {
      Cuts.check(model, kernels, Cuts.monotone(kernels, 2 + i % 2, random));
    }
  }
}
