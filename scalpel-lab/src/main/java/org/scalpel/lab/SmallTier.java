package org.scalpel.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.scalpel.app.TierCommand;
import org.scalpel.app.UserException;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.Session;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.testbed.TierProcess;
import org.scalpel.tier.Deployment;
import org.scalpel.tier.DeviceTier;
import org.scalpel.tier.PlanExecutor;
import org.scalpel.tier.PublishedModel;
import org.scalpel.tier.TierClient;
import org.scalpel.tier.TierConfig;
import org.scalpel.tier.TierStatus;

/**
 * One tier in a process of its own that serves a model of next to no work, y = |−(x · 3)|, both as
 * a published model and as the far end of a plan; and a client of it here. What is measured is the
 * runtime and nothing else.
 */
final class SmallTier implements AutoCloseable {
  static final int FLOATS = 16;
  private static final String NAME = "small";
  private static final long KIB_PER_MIB = 1024;

  /** Options of virtual machines as {@code ./scalpel serve} and {@code run} have them. */
  static final List<String> JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:NewRatio=1",
          "-XX:InitialRAMPercentage=3.125",
          "-Dio.grpc.netty.shaded.io.netty.leakDetection.level=disabled");

  private final TierProcess process;
  private final TierClient client;
  private final DeviceTier device;
  private final PlanExecutor plan;
  private final PublishedModel published;
  private final OnnxModel model = model();

  /** One way to ask. */
  interface Asking {
    /** An answer's output, and what to do when it was looked at. */
    CompletableFuture<Seen> ask(Map<String, TensorData> inputs);
  }

  /** An output that must be let go. */
  record Seen(TensorData output, Runnable release) {}

  /**
   * Starts the tier.
   *
   * @param window requests that the client has in flight at most
   * @param jvm options of the tier's virtual machine
   */
  SmallTier(Path folder, int window, List<String> jvm) {
    Path file = folder.resolve(NAME + ".onnx");
    model.write(file);
    process =
        TierCommand.of("edge", folder)
            .with("--queue", "1024", "--publish", NAME + "=" + file)
            .jvm(jvm)
            .start();
    TierConfig config =
        TierConfig.builder("device")
            .next(TierCommand.HOST + ":" + process.port())
            .window(window)
            .store(folder.resolve("store-device"))
            .build();
    device = new DeviceTier(config);
    client = TierClient.of(config.next().orElseThrow(), config);
    published = client.published(NAME);
    KernelGraph kernels = device.engine().kernels(model);
    Deployment deployment =
        new Deployment(
            kernels,
            List.of("device", "edge"),
            kernels.kernels().stream().map(kernel -> 1).toList(),
            device.engine().facts(model, inputs(1).get(0)),
            Map.of(),
            Map.of());
    plan = device.prepare(deployment);
  }

  private static OnnxModel model() {
    TensorFact fact = TensorFact.of(ElementType.FLOAT32, 1, FLOATS);
    return ModelBuilder.opset(13)
        .input("x", fact)
        .initializer("three", TensorData.ofFloats(new float[] {3}, 1))
        .node("Mul", List.of("x", "three"), List.of("a"))
        .node("Neg", List.of("a"), List.of("b"))
        .node("Abs", List.of("b"), List.of("y"))
        .output("y", fact)
        .build();
  }

  /** So many different requests. */
  static List<Map<String, TensorData>> inputs(int count) {
    Random random = new Random(count);
    List<Map<String, TensorData>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] values = new float[FLOATS];
      for (int k = 0; k < FLOATS; k++) {
        values[k] = (float) random.nextGaussian();
      }
      Map<String, TensorData> one = new LinkedHashMap<>();
      one.put("x", TensorData.ofFloats(values, 1, FLOATS));
      all.add(one);
    }
    return all;
  }

  /** What the runtime alone answers, to the bit. */
  List<float[]> answers(List<Map<String, TensorData>> inputs) {
    List<float[]> all = new ArrayList<>();
    try (Engine engine = new Engine(EngineOptions.DEFAULT);
        Session session = engine.open(model)) {
      for (Map<String, TensorData> one : inputs) {
        all.add(values(session.run(one)));
      }
    }
    return all;
  }

  private static float[] values(Map<String, TensorData> outputs) {
    return outputs.values().iterator().next().floats();
  }

  /** One call of the protocol for each request. */
  Asking unary() {
    return inputs ->
        published
            .infer(inputs)
            .thenApply(
                reply -> new Seen(reply.outputs().values().iterator().next(), reply::release));
  }

  /** All requests over one stream, as plans go. */
  Asking streamed() {
    return inputs ->
        plan.submit(inputs)
            .thenApply(done -> new Seen(done.outputs().values().iterator().next(), done::release));
  }

  /** What the tier itself has counted: answered requests of both ways. */
  long counted() {
    TierStatus status = client.status();
    return status.models().stream().mapToLong(m -> m.requests() - m.failures()).sum()
        + status.plans().stream().mapToLong(TierStatus.PreparedPlan::requests).sum();
  }

  /** The same model behind a plain socket, in a process like the tier's. */
  RawTier raw(Path folder) {
    TensorFact output = model.outputs().get(0).fact();
    return new RawTier(folder.resolve(NAME + ".onnx"), output, folder, JVM);
  }

  long pid() {
    return process.pid();
  }

  double tierMib() {
    return residentMib(process.pid());
  }

  static double residentMib(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status"))) {
        if (line.startsWith("VmRSS:")) {
          return Double.parseDouble(line.replaceAll("[^0-9]", "")) / KIB_PER_MIB;
        }
      }
    } catch (IOException e) {
      throw new UserException("resident memory is read from /proc, which is not here", e);
    }
    throw new UserException("no resident memory of process " + pid);
  }

  @Override
  public void close() {
    plan.close();
    client.close();
    device.close();
    process.close();
  }
}
