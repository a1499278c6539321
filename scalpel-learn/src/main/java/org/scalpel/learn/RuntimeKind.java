package org.scalpel.learn;

import java.util.Locale;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.OptimizationLevel;

/** What runs the kernels that are measured. */
public enum RuntimeKind {
  /** ONNX Runtime for this processor. */
  NATIVE {
    @Override
    BenchRuntime start(EngineOptions options) {
      return new NativeBench(options);
    }

    @Override
    EngineOptions options(EngineOptions asked) {
      return asked;
    }
  },
  /** ONNX Runtime in WebAssembly, in Node.js: a machine some times slower. */
  WASM {
    @Override
    BenchRuntime start(EngineOptions options) {
      return new WebBench(options);
    }

    @Override
    EngineOptions options(EngineOptions asked) {
      return asked.withLevel(OptimizationLevel.EXTENDED);
    }
  };

  /** Starts it; to be closed. */
  abstract BenchRuntime start(EngineOptions options);

  /** What becomes of the options: in WebAssembly there are no layouts of blocked channels. */
  abstract EngineOptions options(EngineOptions asked);

  /** The name in options and files. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
