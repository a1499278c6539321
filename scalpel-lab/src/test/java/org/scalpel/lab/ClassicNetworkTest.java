package org.scalpel.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.scalpel.engine.Assignments;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.SampleInputs;
import org.scalpel.engine.SegmentChain;
import org.scalpel.engine.Session;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelStats;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

class ClassicNetworkTest {
  private static final double ROUNDED = 2;

  static List<Named<ClassicNetwork>> all() {
    return ClassicNetwork.all().stream().map(net -> Named.of(net.name(), net)).toList();
  }

  @ParameterizedTest
  @MethodSource("all")
  void hasThePublishedSizeAndItsPartsComputeWhatTheWholeDoes(ClassicNetwork network) {
    OnnxModel model = network.model(1);
    assertThat(model.proto().getSerializedSize()).isLessThan(2 << 20);
    Map<String, TensorData> inputs = SampleInputs.of(model, 1, Map.of());
    try (Engine engine = new Engine(EngineOptions.DEFAULT.withThreads(2))) {
      KernelGraph kernels = engine.kernels(model);
      Map<String, TensorFact> facts = new HashMap<>(PredictedTimes.weights(model));
      facts.putAll(engine.facts(model, inputs));
      List<KernelStats> stats = KernelStats.of(kernels, facts);
      double macs = stats.stream().mapToDouble(KernelStats::macs).sum() / 1e6;
      double weights = stats.stream().mapToDouble(KernelStats::parameterBytes).sum() / 4e6;
      Percentage near = Percentage.withPercentage(ROUNDED);
      assertThat(macs).isCloseTo(network.published().megaMacs(), near);
      assertThat(weights).isCloseTo(network.published().megaParameters(), near);
      float[] whole;
      try (Session session = engine.open(model)) {
        whole = only(session.run(inputs), model).floats();
      }
      int middle = Assignments.atCutVertices(kernels).size() / 2;
      int[] cut = Assignments.atCutVertices(kernels).get(middle);
      try (SegmentChain chain = new SegmentChain(engine, kernels, facts, cut)) {
        assertThat(chain.segments()).hasSizeGreaterThan(1);
        same(only(chain.run(inputs).tensors(), model).floats(), whole);
      }
    }
  }

  private static TensorData only(Map<String, TensorData> tensors, OnnxModel model) {
    return Optional.ofNullable(tensors.get(model.outputs().get(0).name())).orElseThrow();
  }

  private static void same(float[] parts, float[] whole) {
    float largest = 0;
    for (float value : whole) {
      assertThat(value).isFinite();
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(largest).isBetween(1e-3f, 1e5f);
    assertThat(parts).hasSameSizeAs(whole);
    for (int i = 0; i < whole.length; i++) {
      assertThat(parts[i]).isCloseTo(whole[i], within(2e-4f * largest));
    }
  }

  @Test
  void groupsNestAndRepeat() {
    List<NetworkText.Part> parts =
        NetworkText.parse("conv 8 relu; 2*seq{sum{conv 8; cat{conv 4 | conv 4 k1} | }; relu}; gap");
    assertThat(parts).hasSize(4);
    assertThat(parts.get(1)).isEqualTo(parts.get(2));
    NetworkText.Group block = (NetworkText.Group) parts.get(1);
    NetworkText.Group sum = (NetworkText.Group) block.branches().get(0).get(0);
    assertThat(sum.branches().get(0)).hasSize(2);
    assertThat(sum.branches().get(1)).isEmpty();
    assertThatThrownBy(() -> NetworkText.parse("cat{conv 8")).hasMessageContaining("braces");
    assertThatThrownBy(() -> NetworkText.parse("mul{conv 8 | }")).hasMessageContaining("cat{");
  }
}
