package org.scalpel.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.scalpel.engine.KernelTimes;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;

/**
 * Times the kernels of a model inside whole runs of one session, in turns with a {@link Pacemaker}.
 */
final class KernelBench implements AutoCloseable {
  private static final double MS_PER_NS = 1e-6;
  private static final int WARM_UP = 3;
  private static final int LEAST_RUNS = 13;
  private static final int MOST_RUNS = 60;
  private static final int MOST_MODEL_RUNS = 240;

  /** A beat takes about 2 ms: one after every short run would be most of the time. */
  private static final double BEAT_EVERY_MS = 8;

  private static final int LEAST_BEATS = 5;

  private final BenchRuntime runtime;
  private final Statistic statistic;
  private final boolean throttled;
  private final Pacemaker pacemaker;
  private final Pauses pauses = new Pauses();

  /**
   * A bench.
   *
   * @param throttled whether a quota stops the process now and then, see {@link Pauses}
   */
  KernelBench(BenchRuntime runtime, Statistic statistic, boolean throttled) {
    this.runtime = runtime;
    this.statistic = statistic;
    this.throttled = throttled;
    this.pacemaker = new Pacemaker(runtime, statistic);
  }

  /** The kernels of a generated model that the platform runs by themselves, or may. */
  Group kernels(Variation.Piece piece, Map<String, TensorData> inputs, long budgetNs) {
    KernelGraph kernels = runtime.kernels(piece.model());
    List<KernelFeatures> features =
        KernelFeatures.all(kernels, runtime.facts(piece.model(), inputs));
    try (BenchRuntime.Bench bench = runtime.open(kernels, inputs)) {
      run(bench, new Effort(MOST_RUNS, budgetNs), () -> {});
      List<KernelSample> all =
          samples(
              new Measured(piece.id(), piece.architecture(), kernels, features),
              bench.finish(WARM_UP));
      List<KernelSample> own =
          all.stream().filter(s -> s.ms() > 0 || s.type() == KernelType.FUSIBLE).toList();
      return new Group(piece.id(), own, List.of(), pacemaker.paceMs());
    }
  }

  /** A real model: its kernels, and in turns with them whole runs without profiling. */
  Group model(RealModel real, long budgetNs) {
    OnnxModel model = real.model();
    KernelGraph kernels = runtime.kernels(model);
    List<KernelFeatures> features =
        KernelFeatures.all(kernels, runtime.facts(model, real.inputs()));
    List<Double> whole = new ArrayList<>();
    try (BenchRuntime.Bench bench = runtime.open(kernels, real.inputs())) {
      run(bench, new Effort(MOST_MODEL_RUNS, budgetNs), () -> whole.add(bench.runMs()));
      List<KernelSample> samples =
          samples(
              new Measured(model.label(), real.architecture(), kernels, features),
              bench.finish(WARM_UP));
      List<Double> warm = whole.subList(WARM_UP, whole.size());
      ModelSample sample =
          new ModelSample(
              model.label(),
              real.architecture(),
              samples,
              throttled ? Timing.withPauses(warm) : Timing.of(warm, statistic));
      return new Group(id(real), List.of(), List.of(sample), pacemaker.paceMs());
    }
  }

  /** What the group of a real model is called. */
  static String id(RealModel real) {
    return "model " + real.model().label();
  }

  /** So many runs at most, and after so much time no more than need be. */
  private record Effort(int runs, long budgetNs) {}

  /** Runs until there are enough, with something else after every run. */
  private void run(BenchRuntime.Bench bench, Effort effort, Runnable between) {
    pacemaker.restart();
    long begun = System.nanoTime();
    long beaten = begun;
    for (int run = 0; run < WARM_UP + effort.runs() && bench.runsLeft() > 0; run++) {
      if (run >= WARM_UP + LEAST_RUNS && System.nanoTime() - begun > effort.budgetNs()) {
        return;
      }
      bench.runTimed();
      between.run();
      if (run < WARM_UP + LEAST_BEATS || (System.nanoTime() - beaten) * MS_PER_NS > BEAT_EVERY_MS) {
        pacemaker.beat();
        beaten = System.nanoTime();
      }
    }
  }

  @Override
  public void close() {
    pacemaker.close();
  }

  private List<KernelSample> samples(Measured measured, KernelTimes times) {
    List<Timing> timings =
        times.kernelMs().stream().map(runs -> Timing.of(runs, statistic)).toList();
    return measured.samples(throttled ? pauses.in(timings, times) : timings);
  }

  /** A model whose times are known. */
  private record Measured(
      String id, String architecture, KernelGraph kernels, List<KernelFeatures> features) {
    List<KernelSample> samples(List<Timing> timings) {
      List<KernelSample> samples = new ArrayList<>();
      for (KernelGraph.Kernel kernel : kernels.kernels()) {
        samples.add(
            new KernelSample(
                id + "/" + kernel.name(),
                architecture,
                features.get(kernel.index()),
                timings.get(kernel.index())));
      }
      return samples;
    }
  }
}
