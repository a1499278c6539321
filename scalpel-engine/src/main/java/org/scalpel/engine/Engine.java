package org.scalpel.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.file.Path;
import java.util.Map;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.LayerGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.onnx.ModelProto;

/**
 * ONNX Runtime on this machine: opens models, and learns from the runtime what the graph alone does
 * not tell. Thread-safe. Closing it closes no session.
 */
public final class Engine implements AutoCloseable {
  private final EngineOptions options;
  private final Watchdog watchdog = new Watchdog();

  /** An engine whose sessions run with these options. */
  public Engine(EngineOptions options) {
    this.options = options;
  }

  /** How sessions are run. */
  public EngineOptions options() {
    return options;
  }

  /** The version of the runtime, for example {@code 1.28.0}. */
  public String runtimeVersion() {
    return NativeRuntime.environment().getVersion();
  }

  /**
   * Opens a checked model.
   *
   * @throws EngineException the runtime refuses the model, for example for an unknown operator
   */
  public Session open(OnnxModel model) {
    return open(model.proto(), model.folder(), model.label());
  }

  /**
   * Opens a model held in memory, for example an extracted segment.
   *
   * @param folder where its external weights lie, if it has any
   * @param label what messages call it
   */
  public Session open(ModelProto model, Path folder, String label) {
    requireNodes(model, label);
    try (SessionOptions session = NativeRuntime.options(options)) {
      return wrap(label, NativeRuntime.open(model, folder, session));
    } catch (OrtException e) {
      throw NativeRuntime.failure(label, "the runtime refuses the model", e);
    }
  }

  /**
   * Opens a model file by its path: for large models, whose weights the runtime then maps itself.
   */
  public Session open(Path file) {
    try (SessionOptions session = NativeRuntime.options(options)) {
      return wrap(
          file.toString(), NativeRuntime.environment().createSession(file.toString(), session));
    } catch (OrtException e) {
      throw NativeRuntime.failure(file.toString(), "the runtime refuses the model", e);
    }
  }

  /**
   * The kernels of a model: the groups of layers that the runtime fuses. They are learned at the
   * level {@link OptimizationLevel#EXTENDED} whatever this engine's own level is, so that every
   * machine finds the same list.
   */
  public KernelGraph kernels(OnnxModel model) {
    return KernelDiscovery.discover(layers(model));
  }

  /**
   * Type and shape of every tensor of a model for inputs of these shapes: inputs, outputs and
   * everything between. What follows from the shapes alone is inferred; what depends on the data is
   * found by running the model once.
   *
   * @return by tensor name; values that are no tensors (sequences, maps) are absent
   */
  public Map<String, TensorFact> facts(OnnxModel model, Map<String, TensorData> inputs) {
    return new FactFinder(layers(model), inputs).find();
  }

  private static LayerGraph layers(OnnxModel model) {
    requireNodes(model.proto(), model.label());
    return LayerGraph.of(model);
  }

  /** The runtime refuses a model without nodes, in words that tell nobody why. */
  private static void requireNodes(ModelProto model, String label) {
    if (model.getGraph().getNodeCount() == 0) {
      throw new EngineException(label + ": has no nodes; expected one layer or more");
    }
  }

  /** A session that times every kernel of a model while it runs as a whole. */
  public KernelTimer timer(KernelGraph kernels) {
    return KernelTimer.open(kernels, options);
  }

  private Session wrap(String label, OrtSession session) throws OrtException {
    try {
      return new NativeSession(label, session, SessionSignature.of(label, session), watchdog);
    } catch (OrtException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  @Override
  public void close() {
    watchdog.close();
  }
}
