package org.scalpel.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.ModelProto;

/**
 * Times every kernel of a model inside whole runs, by the runtime's own profile. Run it as often as
 * wanted, between other measurements too, then {@link #finish}. Not thread-safe.
 *
 * <p>Profiling costs a few percent of a run; the shares of the kernels are what counts.
 */
public final class KernelTimer implements AutoCloseable {
  /**
   * Nodes are named by their place in the model, so that each is told from the others; the runtime
   * may add to a name what it did to the node.
   */
  static final Pattern NAME = Pattern.compile("^scalpel:(\\d+):");

  /** The runtime's profile holds a million events; we stay well below. */
  static final int MAX_EVENTS = 400_000;

  private final KernelGraph kernels;
  private final OnnxModel model;
  private final OptimisedGraph scratch;
  private final OrtSession session;
  private final NodeAttribution attribution;
  private final Map<String, Border> borders;
  private final int nodes;
  private int runs;
  private boolean open = true;

  private KernelTimer(
      KernelGraph kernels, OptimisedGraph scratch, OrtSession session, GraphProto optimised) {
    this.kernels = kernels;
    this.model = kernels.layers().model();
    this.scratch = scratch;
    this.session = session;
    this.attribution = new NodeAttribution(kernels, optimised);
    this.borders = new Borders(kernels, optimised, attribution).find();
    this.nodes = Math.max(1, optimised.getNodeCount());
  }

  static KernelTimer open(KernelGraph kernels, EngineOptions engine) {
    OnnxModel model = kernels.layers().model();
    OptimisedGraph scratch = new OptimisedGraph();
    try (SessionOptions options = NativeRuntime.options(engine)) {
      scratch.request(options);
      options.enableProfiling(scratch.folder().resolve("profile").toString());
      OrtSession session =
          NativeRuntime.open(uniquelyNamed(model.proto()), model.folder(), options);
      return new KernelTimer(kernels, scratch, session, scratch.read());
    } catch (OrtException e) {
      scratch.close();
      throw NativeRuntime.failure(model.label(), "the runtime refuses the model", e);
    } catch (RuntimeException e) {
      scratch.close();
      throw e;
    }
  }

  /** The profile names nodes, but names may be empty or shared. */
  static ModelProto uniquelyNamed(ModelProto model) {
    GraphProto.Builder graph = model.getGraph().toBuilder();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      graph.setNode(i, graph.getNode(i).toBuilder().setName("scalpel:" + i + ":"));
    }
    return model.toBuilder().setGraph(graph).build();
  }

  /** How many more runs the runtime's profile has room for. */
  public int runsLeft() {
    return Math.max(0, MAX_EVENTS / nodes - runs);
  }

  /**
   * Runs once more.
   *
   * @throws EngineException an input does not fit, or the profile is full
   */
  public void run(Map<String, TensorData> inputs) {
    if (!open || runsLeft() == 0) {
      throw new EngineException(model.label() + ": no room for another profiled run");
    }
    SessionSignature signature =
        new SessionSignature(model.label(), model.inputs(), model.outputs());
    try (NativeTensors natives = NativeTensors.inputs(signature, inputs)) {
      session.run(natives.byName()).close();
      runs++;
    } catch (OrtException e) {
      throw NativeRuntime.failure(model.label(), "run failed", e);
    }
  }

  /**
   * Ends the profile and reads it.
   *
   * @param warmUp so many first runs are left out
   */
  public KernelTimes finish(int warmUp) {
    try {
      open = false;
      Path file = Path.of(session.endProfiling());
      return new ProfileTrace(kernels.kernels().size(), attribution, warmUp).read(file, borders);
    } catch (OrtException e) {
      throw NativeRuntime.failure(model.label(), "the profile could not be ended", e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw NativeRuntime.failure(model.label(), "closing the session failed", e);
    } finally {
      scratch.close();
    }
  }
}
