package org.scalpel.learn;

import java.util.Map;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.KernelTimes;
import org.scalpel.engine.WebModel;
import org.scalpel.engine.WebRuntime;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.TensorData;

/** WebAssembly. What a model's kernels and shapes are, the native runtime says. */
final class WebBench implements BenchRuntime {
  private final Engine engine = new Engine(EngineOptions.DEFAULT);
  private final WebRuntime runtime;

  WebBench(EngineOptions options) {
    this.runtime = WebRuntime.start(options.threads());
  }

  @Override
  public String version() {
    return "onnxruntime-web " + runtime.version() + " (WebAssembly)";
  }

  @Override
  public Engine engine() {
    return engine;
  }

  @Override
  public Bench open(KernelGraph kernels, Map<String, TensorData> inputs) {
    return new Opened(runtime.open(kernels, inputs));
  }

  @Override
  public void close() {
    runtime.close();
    engine.close();
  }

  private record Opened(WebModel model) implements Bench {
    @Override
    public double runMs() {
      return model.runMs();
    }

    @Override
    public int runsLeft() {
      return model.runsLeft();
    }

    @Override
    public void runTimed() {
      model.runTimed();
    }

    @Override
    public KernelTimes finish(int warmUp) {
      return model.finish(warmUp);
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
