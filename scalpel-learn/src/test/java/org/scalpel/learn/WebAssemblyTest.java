package org.scalpel.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.scalpel.engine.EngineException;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.OnnxModel;

/** With Node.js and onnxruntime-web only. */
class WebAssemblyTest {
  private static final Collector.Setting WEB =
      new Collector.Setting(RuntimeKind.WASM, EngineOptions.DEFAULT);

  @Test
  void everyKernelOfAModelIsTimedInWebAssembly() {
    OnnxModel model = model();
    try (BenchRuntime runtime = start();
        KernelBench bench = new KernelBench(runtime, Statistic.UNDISTURBED, false)) {
      assertThat(runtime.version()).matches("onnxruntime-web \\d+\\.\\d+.* \\(WebAssembly\\)");

      Group group =
          bench.model(new RealModel("small", model, Collector.inputs(model)), 100_000_000L);

      ModelSample sample = group.models().get(0);
      assertThat(sample.kernels()).extracting(KernelSample::type).contains(KernelType.CONV);
      assertThat(sample.kernels()).filteredOn(kernel -> kernel.ms() > 0).hasSizeGreaterThan(3);
      double together = sample.kernels().stream().mapToDouble(KernelSample::ms).sum();
      assertThat(together).isBetween(0.3 * sample.ms(), 1.5 * sample.ms());
    }
  }

  @Test
  void whatTheRuntimeDoesNotTakeIsRefusedAndTheProcessGoesOn() {
    OnnxModel model = model();
    try (BenchRuntime runtime = start();
        BenchRuntime.Bench first = runtime.open(runtime.kernels(model), Collector.inputs(model))) {
      double before = first.runMs();
      assertThatThrownBy(() -> runtime.open(runtime.kernels(model), Map.of()).runMs())
          .isInstanceOf(EngineException.class)
          .hasMessageStartingWith("WebAssembly: ");
      assertThat(before).isPositive();
      assertThat(first.runMs()).isPositive();
    }
  }

  private static OnnxModel model() {
    Sketch sketch = new Sketch(false);
    Wire wire = sketch.input("x", ElementType.FLOAT32, 1, 8, 40, 40);
    for (Step step : Step.parse("conv 32 relu; dw relu6; conv 64 k1 silu; gap")) {
      wire = new PictureBlocks(sketch).apply(wire, step);
    }
    return sketch.build(List.of(wire));
  }

  private static BenchRuntime start() {
    try {
      return WEB.start();
    } catch (EngineException e) {
      return abort("no WebAssembly here: " + e.getMessage());
    }
  }
}
