package org.scalpel.learn;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.scalpel.cost.Machine;
import org.scalpel.cost.Progress;
import org.scalpel.engine.EngineException;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.ModelException;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;

/**
 * Measures kernels of many kinds and sizes on this machine: pieces of real networks, changed in
 * width, size and windows, run as models of their own in which every kernel is timed. The pieces of
 * all architectures come in turns, so that a collection that ends early lacks no kind.
 */
public final class Collector {
  /** The part of the platform's {@code extra} that tells of a limit on processor time. */
  public static final String CPU_QUOTA = "cpu_quota";

  /** The part of the platform's {@code extra} that tells what stands for many runs. */
  public static final String STATISTIC = "statistic";

  private static final double NS = 1e9;
  private static final long PIECE_NS = 250_000_000L;
  private static final long MODEL_NS = 5_000_000_000L;
  private static final int EMBEDDINGS = 256;
  private final Setting setting;
  private final Platform platform;
  private final Order order;
  private int refused;

  /**
   * What runs the kernels, and how.
   *
   * @param options of its sessions; a runtime in WebAssembly has one level only
   */
  public record Setting(RuntimeKind runtime, EngineOptions options) {
    /** Brings the options to what the runtime has. */
    public Setting {
      options = runtime.options(options);
    }

    BenchRuntime start() {
      return runtime.start(options);
    }
  }

  /**
   * What is to be done.
   *
   * @param budget of time, earlier runs of the same collection included; at least one piece of
   *     every architecture is measured
   * @param seed of what is generated
   * @param statistic what stands for many runs
   * @param output where the data set goes; what is not complete lies in {@code FILE.part}
   */
  public record Order(Duration budget, long seed, Statistic statistic, Path output) {}

  /**
   * What came of it.
   *
   * @param pieces generated models measured, by this run and earlier ones
   * @param refused generated models that the runtime did not take, in this run
   */
  public record Result(Dataset dataset, int pieces, int refused) {}

  private Collector(Setting setting, Platform platform, Order order) {
    this.setting = setting;
    this.platform = platform;
    this.order = order;
  }

  /**
   * This machine with this runtime, as a platform.
   *
   * @throws org.scalpel.engine.EngineException the runtime cannot be started: what is missing
   */
  public static Platform platform(String name, Setting setting, Map<String, String> extra) {
    try (BenchRuntime runtime = setting.start()) {
      return new Platform(
          name,
          Machine.description(),
          runtime.version(),
          setting.options().threads(),
          setting.options().level().name().toLowerCase(Locale.ROOT),
          extra);
    }
  }

  /**
   * Collects, and writes the data set. A run that was broken off is continued where it was.
   *
   * @param models to be measured as they are, first
   * @throws LearnException the output cannot be written, or belongs to another collection
   */
  public static Result collect(
      Setting setting, Platform platform, Order order, List<RealModel> models, Progress progress) {
    return new Collector(setting, platform, order).collect(models, progress);
  }

  private Result collect(List<RealModel> models, Progress progress) {
    PartFile part = PartFile.open(order.output(), platform);
    Budget budget = new Budget(part.elapsedSeconds(), order.budget().toNanos() / NS);
    boolean throttled = platform.extra().containsKey(CPU_QUOTA);
    try (BenchRuntime running = setting.start();
        KernelBench bench = new KernelBench(running, order.statistic(), throttled)) {
      for (RealModel model : models) {
        if (!part.isDone(KernelBench.id(model))) {
          part.add(bench.model(model, MODEL_NS), budget.elapsed());
        }
        progress.at("models", budget.share());
      }
      pieces(bench, part, budget, progress);
    }
    Dataset data = part.dataset(platform);
    data.write(order.output());
    part.remove();
    return new Result(data, part.pieces(), refused);
  }

  private void pieces(KernelBench bench, PartFile part, Budget budget, Progress progress) {
    List<Architecture> all = Architectures.all();
    for (int i = 0; i < all.size() || !budget.isOver(); i++) {
      Architecture architecture = all.get(i % all.size());
      int number = i / all.size();
      if (part.isDone(Variation.id(architecture, number))) {
        continue;
      }
      Variation.Piece piece = Variation.of(architecture, number, order.seed());
      part.add(measure(bench, piece), budget.elapsed());
      progress.at("kernels", budget.share());
    }
  }

  /** The kernels of a piece; none where the runtime does not take it. */
  private Group measure(KernelBench bench, Variation.Piece piece) {
    try {
      return bench.kernels(piece, inputs(piece.model()), PIECE_NS);
    } catch (EngineException | ModelException refusal) {
      refused++;
      return new Group(piece.id(), List.of(), List.of(), 1);
    }
  }

  /** Values near one, and rows of tables that are not always the same. */
  static Map<String, TensorData> inputs(OnnxModel model) {
    Random random = new Random(1);
    Map<String, TensorData> inputs = new LinkedHashMap<>();
    for (OnnxModel.Value input : model.inputs()) {
      ByteBuffer data = TensorData.allocate(input.fact());
      while (data.hasRemaining()) {
        switch (input.fact().type()) {
          case INT64 -> data.putLong(random.nextInt(EMBEDDINGS));
          case FLOAT32 -> data.putFloat(2 * random.nextFloat() - 0.5f);
          default -> data.put((byte) random.nextInt(EMBEDDINGS));
        }
      }
      data.flip();
      inputs.put(input.name(), new TensorData(input.fact(), data));
    }
    return inputs;
  }

  /** How much of the time is gone, over all runs of a collection. */
  private static final class Budget {
    private final double before;
    private final double seconds;
    private final long begun = System.nanoTime();

    Budget(double before, double seconds) {
      this.before = before;
      this.seconds = seconds;
    }

    double elapsed() {
      return before + (System.nanoTime() - begun) / NS;
    }

    boolean isOver() {
      return elapsed() >= seconds;
    }

    double share() {
      return Math.min(1, elapsed() / seconds);
    }
  }
}
