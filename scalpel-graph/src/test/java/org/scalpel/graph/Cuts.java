package org.scalpel.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Makes cuts and checks what must hold for every one of them. */
final class Cuts {
  private Cuts() {}

  /** Every layer its own kernel, or what a runtime that kept half of the tensors would do. */
  static KernelGraph kernels(OnnxModel model, Random random, double survival) {
    LayerGraph layers = LayerGraph.of(model);
    Set<String> surviving = new HashSet<>();
    for (LayerGraph.Tensor tensor : layers.tensors()) {
      if (random.nextDouble() < survival) {
        surviving.add(tensor.name());
      }
    }
    return KernelGraph.of(layers, surviving);
  }

  /** A random assignment whose tiers never decrease along a tensor. */
  static int[] monotone(KernelGraph kernels, int tiers, Random random) {
    int[] tier = new int[kernels.kernels().size()];
    int[] least = new int[tier.length];
    List<List<KernelGraph.KernelTensor>> made = new ArrayList<>();
    kernels.kernels().forEach(k -> made.add(new ArrayList<>()));
    for (KernelGraph.KernelTensor tensor : kernels.tensors()) {
      if (tensor.producer() >= 0) {
        made.get(tensor.producer()).add(tensor);
      }
    }
    for (int k = 0; k < tier.length; k++) {
      int step = random.nextInt(4) == 0 ? random.nextInt(tiers) : 0;
      tier[k] = Math.min(tiers - 1, least[k] + step);
      for (KernelGraph.KernelTensor tensor : made.get(k)) {
        for (int consumer : tensor.consumers()) {
          least[consumer] = Math.max(least[consumer], tier[k]);
        }
      }
    }
    return tier;
  }

  /** Kernels up to and including a position on tier 0, the rest on tier 1. */
  static int[] prefix(KernelGraph kernels, int last) {
    int[] tier = new int[kernels.kernels().size()];
    for (int k = last + 1; k < tier.length; k++) {
      tier[k] = 1;
    }
    return tier;
  }

  /**
   * Extracts every segment as a model, checks it, and follows the tensors from segment to segment.
   */
  static void check(OnnxModel model, KernelGraph kernels, int[] tiers) {
    check(model, kernels, tiers, Facts.guess(kernels));
  }

  static void check(
      OnnxModel model, KernelGraph kernels, int[] tiers, Map<String, TensorFact> facts) {
    Splitter splitter = new Splitter(model, kernels);
    List<Segment> segments = splitter.segments(tiers);
    Set<String> present = new HashSet<>();
    model.inputs().forEach(v -> present.add(v.name()));
    Set<String> made = new HashSet<>();
    int layers = 0;
    for (Segment segment : segments) {
      assertThat(present).containsAll(segment.inputs());
      OnnxModel part =
          OnnxModel.of(
              splitter.extract(segment, facts, Map.of("scalpel_plan", "p")), model.folder());
      assertThat(names(part.inputs())).isEqualTo(segment.inputs());
      assertThat(names(part.outputs())).isEqualTo(segment.outputs());
      for (String output : segment.outputs()) {
        assertThat(made.add(output)).as("made once: %s", output).isTrue();
        present.add(output);
      }
      layers += LayerGraph.of(part).layers().size();
    }
    assertThat(present).containsAll(names(model.outputs()));
    assertThat(layers).isEqualTo(kernels.layers().layers().size());
  }

  static List<String> names(List<OnnxModel.Value> values) {
    return values.stream().map(OnnxModel.Value::name).toList();
  }

  static Path here() {
    return Path.of("").toAbsolutePath();
  }
}
