package org.scalpel.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.onnx.GraphProto;

/**
 * A model in a {@link WebRuntime}, twice: as it is, and with every kernel timed. The native runtime
 * has fused its layers, so that kernels are the same everywhere and every node is known by name.
 */
public final class WebModel implements AutoCloseable {
  private static final String TRACE = "profile.json";

  private final WebRuntime runtime;
  private final String label;
  private final int kernelCount;
  private final int timed;
  private final int plain;
  private final OptimisedGraph scratch = new OptimisedGraph();
  private final NodeAttribution attribution;
  private final Map<String, Border> borders;
  private final int nodes;
  private int runs;

  WebModel(WebRuntime runtime, KernelGraph kernels, Map<String, TensorData> inputs) {
    this.runtime = runtime;
    this.label = kernels.layers().model().label();
    this.kernelCount = kernels.kernels().size();
    this.timed = runtime.nextId();
    this.plain = runtime.nextId();
    try {
      GraphProto optimised = optimise(kernels.layers().model());
      this.attribution = new NodeAttribution(kernels, optimised);
      this.borders = new Borders(kernels, optimised, attribution).find();
      this.nodes = Math.max(1, optimised.getNodeCount());
      ArrayNode feeds = feeds(inputs);
      open(timed, feeds, true);
      open(plain, feeds, false);
    } catch (RuntimeException e) {
      try {
        close();
      } catch (EngineException ended) {
        e.addSuppressed(ended);
      }
      throw e;
    }
  }

  private GraphProto optimise(OnnxModel model) {
    EngineOptions fused = EngineOptions.DEFAULT.withLevel(OptimizationLevel.EXTENDED);
    try (SessionOptions options = NativeRuntime.options(fused)) {
      scratch.request(options);
      NativeRuntime.open(KernelTimer.uniquelyNamed(model.proto()), model.folder(), options).close();
      return scratch.read();
    } catch (OrtException e) {
      throw NativeRuntime.failure(label, "the runtime refuses the model", e);
    }
  }

  private ArrayNode feeds(Map<String, TensorData> inputs) {
    ArrayNode feeds = JsonNodeFactory.instance.arrayNode();
    inputs.forEach(
        (name, tensor) -> {
          Path file = scratch.folder().resolve("input" + feeds.size());
          write(file, tensor.data());
          ObjectNode feed = feeds.addObject().put("name", name).put("file", file.toString());
          feed.put("type", tensor.fact().type().contractName());
          tensor.fact().shape().forEach(feed.putArray("shape")::add);
        });
    return feeds;
  }

  private static void write(Path file, ByteBuffer data) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      while (data.hasRemaining()) {
        channel.write(data);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + " could not be written", e);
    }
  }

  private void open(int id, ArrayNode feeds, boolean profile) {
    ObjectNode request = WebRuntime.request("open", id);
    request.put("model", scratch.file().toString()).put("profile", profile);
    if (Files.exists(scratch.weights())) {
      ObjectNode weights = request.putObject("weights");
      weights.put("name", String.valueOf(scratch.weights().getFileName()));
      weights.put("file", scratch.weights().toString());
    }
    request.set("inputs", feeds);
    runtime.ask(request, label);
  }

  /** Runs once without a profile: how long that took, in ms. */
  public double runMs() {
    return runtime.ask(WebRuntime.request("run", plain), label).path("ms").asDouble();
  }

  /** How many more runs the profile has room for. */
  public int runsLeft() {
    return Math.max(0, KernelTimer.MAX_EVENTS / nodes - runs);
  }

  /** Runs once more with every kernel timed. */
  public void runTimed() {
    runtime.ask(WebRuntime.request("run", timed), label);
    runs++;
  }

  /**
   * Ends the profile and reads it.
   *
   * @param warmUp so many first runs are left out
   */
  public KernelTimes finish(int warmUp) {
    Path file = scratch.folder().resolve(TRACE);
    runtime.writeProfile(timed, file, label);
    return new ProfileTrace(kernelCount, attribution, warmUp).read(file, borders);
  }

  @Override
  public void close() {
    try {
      runtime.ask(WebRuntime.request("close", timed), label);
      runtime.ask(WebRuntime.request("close", plain), label);
    } finally {
      scratch.close();
    }
  }
}
