package org.scalpel.learn;

import java.util.Map;
import org.scalpel.engine.Engine;
import org.scalpel.engine.KernelTimes;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/** Where kernels are timed: the native runtime of this machine, or one in WebAssembly. */
interface BenchRuntime extends AutoCloseable {
  /** Name and version. */
  String version();

  /** The native runtime, which says what a model's kernels and shapes are wherever it runs. */
  Engine engine();

  default KernelGraph kernels(OnnxModel model) {
    return engine().kernels(model);
  }

  default Map<String, TensorFact> facts(OnnxModel model, Map<String, TensorData> inputs) {
    return engine().facts(model, inputs);
  }

  /** Opens a model on some inputs. */
  Bench open(KernelGraph kernels, Map<String, TensorData> inputs);

  @Override
  void close();

  /** An opened model: run as it is, or with every kernel timed. */
  interface Bench extends AutoCloseable {
    /** Runs once without a profile: how long that took, in ms. */
    double runMs();

    /** How many more runs the profile has room for. */
    int runsLeft();

    void runTimed();

    /** Ends the profile; so many first runs are left out. */
    KernelTimes finish(int warmUp);

    @Override
    void close();
  }
}
