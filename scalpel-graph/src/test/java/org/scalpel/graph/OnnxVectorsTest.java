package org.scalpel.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OnnxVectorsTest {
  /** Sequences, maps and optionals as model inputs or outputs are refused: links carry tensors. */
  private static final String NOT_A_TENSOR = "only tensors travel";

  @Test
  void everyVectorOfTheStandardIsReadAndCut() {
    List<String> failures = new ArrayList<>();
    int read = 0;
    List<Path> files = RealFiles.vectors();
    for (Path file : files) {
      try {
        OnnxModel model = OnnxModel.read(file);
        KernelGraph kernels = Cuts.kernels(model, new Random(3), 0.8);
        Cuts.check(model, kernels, Cuts.monotone(kernels, 3, new Random(5)));
        read++;
      } catch (ModelException e) {
        if (!String.valueOf(e.getMessage()).contains(NOT_A_TENSOR)) {
          failures.add(e.getMessage());
        }
      }
    }
    assertThat(failures).isEmpty();
    assertThat(read).isGreaterThan(files.size() * 9 / 10);
  }
}
