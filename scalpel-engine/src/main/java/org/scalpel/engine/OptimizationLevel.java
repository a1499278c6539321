package org.scalpel.engine;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;

/** How far the runtime rewrites a graph before it runs it. */
public enum OptimizationLevel {
  /** The graph as it is written. */
  NONE(OptLevel.NO_OPT),
  /** Constant folding and redundant nodes. */
  BASIC(OptLevel.BASIC_OPT),
  /** Also fusions that any machine can run; our kernels are learned here. */
  EXTENDED(OptLevel.EXTENDED_OPT),
  /** Also layouts of this machine's processor (blocked channels): up to twice as fast. */
  ALL(OptLevel.ALL_OPT);

  private final OptLevel level;

  OptimizationLevel(OptLevel level) {
    this.level = level;
  }

  OptLevel runtimeLevel() {
    return level;
  }
}
