package org.scalpel.learn;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.KernelTimer;
import org.scalpel.engine.KernelTimes;
import org.scalpel.engine.Session;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.TensorData;

/** The runtime of this machine. What is not asked for is not opened. */
final class NativeBench implements BenchRuntime {
  private static final double MS_PER_NS = 1e-6;
  private final Engine engine;

  NativeBench(EngineOptions options) {
    this.engine = new Engine(options);
  }

  @Override
  public String version() {
    return "onnxruntime " + engine.runtimeVersion();
  }

  @Override
  public Engine engine() {
    return engine;
  }

  @Override
  public Bench open(KernelGraph kernels, Map<String, TensorData> inputs) {
    return new Opened(kernels, inputs);
  }

  @Override
  public void close() {
    engine.close();
  }

  private final class Opened implements Bench {
    private final KernelGraph kernels;
    private final Map<String, TensorData> inputs;
    private @Nullable KernelTimer timer;
    private @Nullable Session session;

    Opened(KernelGraph kernels, Map<String, TensorData> inputs) {
      this.kernels = kernels;
      this.inputs = inputs;
    }

    private KernelTimer timer() {
      if (timer == null) {
        timer = engine.timer(kernels);
      }
      return timer;
    }

    @Override
    public double runMs() {
      if (session == null) {
        session = engine.open(kernels.layers().model());
      }
      long start = System.nanoTime();
      Map<String, TensorData> outputs = session.run(inputs);
      double ms = (System.nanoTime() - start) * MS_PER_NS;
      session.recycle(new HashMap<>(outputs));
      return ms;
    }

    @Override
    public int runsLeft() {
      return timer().runsLeft();
    }

    @Override
    public void runTimed() {
      timer().run(inputs);
    }

    @Override
    public KernelTimes finish(int warmUp) {
      return timer().finish(warmUp);
    }

    @Override
    public void close() {
      try {
        if (timer != null) {
          timer.close();
        }
      } finally {
        if (session != null) {
          session.close();
        }
      }
    }
  }
}
