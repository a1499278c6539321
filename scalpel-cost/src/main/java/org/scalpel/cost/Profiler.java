package org.scalpel.cost;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.scalpel.codec.ImageCodec;
import org.scalpel.cost.Profile.Subject;
import org.scalpel.cost.SegmentModel.Row;
import org.scalpel.engine.Engine;
import org.scalpel.engine.KernelTimer;
import org.scalpel.engine.KernelTimes;
import org.scalpel.engine.Session;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/**
 * Measures a model on this machine: every kernel inside the whole session, the whole model, and a
 * sample of cuts; then fits what the cuts cost (docs/cost.md). Nothing else should run meanwhile.
 */
public final class Profiler {
  private static final double WARM_UP_SHARE = 0.04;
  private static final double KERNEL_SHARE = 0.2;
  private static final double RESTED_KERNEL_SHARE = 0.3;
  private static final double RESTED_SHARE = 0.35;
  private static final int MIN_WARM_UP = 3;
  private static final int MAX_WARM_UP = 100;
  private static final int MIN_RUNS = 5;
  private static final int MAX_RUNS = 200;
  private static final int MIN_CUTS = 6;
  private static final int MAX_CUTS = 80;
  private static final int LEAST_ROUNDS = 3;
  private static final int MOST_ROUNDS = 60;

  /** What rounds back to back take of the time that is left for cuts. */
  private static final double ROUNDS_SHARE = 0.4;

  private static final int MIN_RESTED_RUNS = 3;
  private static final int MAX_RESTED_RUNS = 30;

  /** Rested runs of a cut; every so many-th cut has some. */
  private static final int RESTED_ROUNDS = 3;

  private static final int RESTED_CUTS = 2;

  /** The pause before a rested run: this, but not more than a share of the budget. */
  private static final long PAUSE_NS = 30_000_000;

  private static final int PAUSES_IN_BUDGET = 100;

  /** Every so many-th cut takes no part in the fit and tells how good it is. */
  private static final int HELD_OUT = 5;

  /** So many cuts in a row that are to be avoided mean that there are no others. */
  private static final int MAX_AVOIDED = 2_000;

  private static final double MS_PER_NS = 1e-6;
  private final Engine engine;
  private final Set<List<Integer>> avoided;

  /** A profiler that measures with this engine's options. */
  public Profiler(Engine engine) {
    this(engine, Set.of());
  }

  private Profiler(Engine engine, Set<List<Integer>> avoided) {
    this.engine = engine;
    this.avoided = Set.copyOf(avoided);
  }

  /** One that fits without these cuts, so that predictions can be tried on them honestly. */
  public Profiler avoiding(List<int[]> cuts) {
    return new Profiler(engine, cuts.stream().map(CutSample::shape).collect(Collectors.toSet()));
  }

  /** Learns the kernels of the model, then measures them. */
  public Profile profile(
      OnnxModel model, Map<String, TensorData> inputs, ProfileOptions options, Progress progress) {
    return profile(engine.kernels(model), inputs, options, progress);
  }

  /**
   * Measures given kernels.
   *
   * @param inputs representative inputs of the model
   */
  public Profile profile(
      KernelGraph kernels,
      Map<String, TensorData> inputs,
      ProfileOptions options,
      Progress progress) {
    OnnxModel model = kernels.layers().model();
    progress.at("shapes", 0);
    Map<String, TensorFact> facts = boundaryFacts(kernels, inputs);
    try (Bench bench = new Bench(engine, kernels, facts, inputs)) {
      Run run = new Run(kernels, bench, options, progress);
      Kernels times = run.kernels(inputs);
      run.cuts();
      Stat whole = bench.whole();
      Profile.Fit fit = fit(times.model(kernels, facts, true), kernels, run, whole.medianMs());
      Stat rested = bench.rested();
      List<Row> rows = run.restedRows(rested.medianMs());
      Profile.Fit restedFit =
          times.model(kernels, facts, false).fit(rows, rested.medianMs(), fit.residual());
      progress.at("codecs", 1);
      List<Profile.CodecTime> codecs = new ArrayList<>(codecs(model, inputs, options.pictures()));
      codecs.addAll(new TensorCodecTimer(engine, kernels, facts, inputs, options).measure());
      return new Profile(
          new Subject(model.label(), model.sha256(), kernels.digest(), kernels.groups(), facts),
          environment(),
          new Profile.Measured(times.stats(), whole, codecs),
          fit,
          Optional.of(new Profile.Rested(run.pauseNs() * MS_PER_NS, rested, restedFit)),
          1);
    }
  }

  /** The times of all kernels: so many runs back to back, the others rested. */
  private record Kernels(KernelTimes times, int busy) {
    SegmentModel model(KernelGraph kernels, Map<String, TensorFact> facts, boolean busy) {
      double[] base = runs(busy).stream().mapToDouble(Profiler::centre).toArray();
      return new SegmentModel(kernels, base, times.borders(), facts);
    }

    List<Stat> stats() {
      return runs(true).stream().map(Stat::of).toList();
    }

    private List<List<Double>> runs(boolean busy) {
      return times.kernelMs().stream()
          .map(all -> busy ? all.subList(0, this.busy) : all.subList(this.busy, all.size()))
          .toList();
    }
  }

  /** The mean of the middle half: the runtime counts whole microseconds, a median would round. */
  private static double centre(List<Double> runs) {
    List<Double> sorted = runs.stream().sorted().toList();
    List<Double> middle = sorted.subList(sorted.size() / 4, sorted.size() - sorted.size() / 4);
    return middle.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  private Map<String, TensorFact> boundaryFacts(
      KernelGraph kernels, Map<String, TensorData> inputs) {
    Map<String, TensorFact> all = engine.facts(kernels.layers().model(), inputs);
    Map<String, TensorFact> facts = new LinkedHashMap<>();
    for (KernelGraph.KernelTensor tensor : kernels.tensors()) {
      TensorFact fact = all.get(tensor.name());
      if (fact != null) {
        facts.put(tensor.name(), fact);
      }
    }
    return facts;
  }

  private List<Profile.CodecTime> codecs(
      OnnxModel model, Map<String, TensorData> inputs, List<ProfileOptions.PictureInput> pictures) {
    return new CodecTimer(model, picture -> jpegLoss(model, inputs, picture)).measure(pictures);
  }

  /** What a JPEG of the picture changes in the outputs. */
  private double jpegLoss(
      OnnxModel model, Map<String, TensorData> inputs, ProfileOptions.PictureInput picture) {
    byte[] file = ImageCodec.encodeJpeg(picture.picture(), picture.quality());
    Map<String, TensorData> exact = new LinkedHashMap<>(inputs);
    Map<String, TensorData> lossy = new LinkedHashMap<>(inputs);
    exact.put(picture.tensor(), Pictures.tensor(picture.picture()));
    lossy.put(picture.tensor(), Pictures.tensor(ImageCodec.decode(file)));
    try (Session session = engine.open(model)) {
      Map<String, TensorData> before = session.run(exact);
      Map<String, TensorData> after = session.run(lossy);
      double most = 0;
      for (Map.Entry<String, TensorData> output : before.entrySet()) {
        TensorData other = after.get(output.getKey());
        most = Math.max(most, other == null ? 1 : CodecTimer.change(output.getValue(), other));
      }
      return most;
    }
  }

  private static Profile.Fit fit(SegmentModel model, KernelGraph kernels, Run run, double wholeMs) {
    List<Bench.Cut> cuts = run.busy;
    List<Row> rows = new ArrayList<>();
    List<Bench.Cut> heldOut = new ArrayList<>();
    rows.add(new Row(everything(kernels), wholeMs));
    for (int c = 0; c < cuts.size(); c++) {
      Bench.Cut cut = cuts.get(c);
      if (c % HELD_OUT == HELD_OUT - 1) {
        heldOut.add(cut);
        continue;
      }
      for (int s = 0; s < cut.segments().size(); s++) {
        rows.add(new Row(cut.segments().get(s).kernels(), cut.shares().get(s) * wholeMs));
      }
    }
    Profile.Fit fit = model.fit(rows, wholeMs, new Profile.Residual(0, 0, 0));
    List<Double> errors = new ArrayList<>();
    for (Bench.Cut cut : heldOut) {
      errors.add(PredictionError.of(fit, kernels, cut).relative(wholeMs));
    }
    Profile.Residual residual =
        errors.isEmpty()
            ? fit.residual()
            : new Profile.Residual(
                Stat.quantile(errors, 0.5), Stat.quantile(errors, 0.95), errors.size());
    return new Profile.Fit(fit.kernelMs(), fit.boundaries(), fit.sessionMs(), residual);
  }

  private static List<Integer> everything(KernelGraph kernels) {
    return kernels.kernels().stream().map(KernelGraph.Kernel::index).toList();
  }

  private Profile.Environment environment() {
    return new Profile.Environment(
        Machine.description(),
        Runtime.getRuntime().availableProcessors(),
        "onnxruntime " + engine.runtimeVersion(),
        engine.options().level().name().toLowerCase(Locale.ROOT),
        engine.options().threads());
  }

  /** One profiling run under its time budget. */
  private final class Run {
    private final KernelGraph kernels;
    private final Bench bench;
    private final ProfileOptions options;
    private final Progress progress;
    private final List<Bench.Cut> busy = new ArrayList<>();
    private final List<Bench.RestedCut> rested = new ArrayList<>();
    private final long start = System.nanoTime();

    Run(KernelGraph kernels, Bench bench, ProfileOptions options, Progress progress) {
      this.kernels = kernels;
      this.bench = bench;
      this.options = options;
      this.progress = progress;
    }

    long pauseNs() {
      return Math.min(PAUSE_NS, budget(options.budget()) / PAUSES_IN_BUDGET);
    }

    Kernels kernels(Map<String, TensorData> inputs) {
      try (KernelTimer timer = engine.timer(kernels)) {
        // A large graph leaves the runtime's profile room for few runs.
        int mostWarmUp = Math.min(MAX_WARM_UP, timer.runsLeft() / 4);
        int mostRested = Math.min(MAX_RESTED_RUNS, timer.runsLeft() / 4);
        int warmUp = 0;
        while (warmUp < MIN_WARM_UP || (warmUp < mostWarmUp && spent() < WARM_UP_SHARE)) {
          timer.run(inputs);
          bench.runWhole();
          warmUp++;
        }
        bench.forget();
        int runs = 0;
        while (timer.runsLeft() > 1 + mostRested
            && (runs < MIN_RUNS || (runs < MAX_RUNS && spent() < KERNEL_SHARE))) {
          timer.run(inputs);
          timer.run(inputs);
          bench.runWhole();
          bench.runWhole();
          runs += 2;
          progress.at("kernels", Math.min(spent(), KERNEL_SHARE));
        }
        // One session at a time, so that only the pause lies between its runs.
        int rested = 0;
        while (rested < MIN_RESTED_RUNS || (rested < mostRested && spent() < RESTED_KERNEL_SHARE)) {
          Bench.pause(pauseNs());
          timer.run(inputs);
          rested++;
          progress.at("rested", Math.min(spent(), RESTED_SHARE));
        }
        for (int whole = 0;
            whole < MIN_RESTED_RUNS || (whole < MAX_RESTED_RUNS && spent() < RESTED_SHARE);
            whole++) {
          bench.runRested(pauseNs());
          progress.at("rested", Math.min(spent(), RESTED_SHARE));
        }
        return new Kernels(timer.finish(warmUp), runs);
      }
    }

    void cuts() {
      CutSample sample = new CutSample(kernels, new Random(options.seed()));
      Bench.Pauses pauses = new Bench.Pauses(pauseNs(), RESTED_ROUNDS);
      double each = ROUNDS_SHARE * Math.max(0, 1 - spent()) / MAX_CUTS;
      Bench.Rounds rounds =
          new Bench.Rounds(LEAST_ROUNDS, MOST_ROUNDS, (long) (each * budget(options.budget())));
      int refused = 0;
      while (busy.size() < Math.min(MAX_CUTS, sample.size())
          && refused < MAX_AVOIDED
          && (busy.size() < MIN_CUTS || spent() < 1)) {
        int[] cut = sample.next();
        if (avoided.contains(CutSample.shape(cut))) {
          refused++;
          continue;
        }
        refused = 0;
        if (busy.size() % RESTED_CUTS == 0) {
          Bench.Both both = bench.measureBoth(cut, rounds, pauses);
          busy.add(both.busy());
          rested.add(both.rested());
        } else {
          busy.add(bench.measure(cut, rounds));
        }
        progress.at("cuts", Math.min(1, spent()));
      }
    }

    List<Row> restedRows(double wholeMs) {
      List<Row> rows = new ArrayList<>();
      rows.add(new Row(everything(kernels), wholeMs));
      for (Bench.RestedCut cut : rested) {
        for (int s = 0; s < cut.segments().size(); s++) {
          rows.add(new Row(cut.segments().get(s).kernels(), cut.ms().get(s)));
        }
      }
      return rows;
    }

    private double spent() {
      return (double) (System.nanoTime() - start) / budget(options.budget());
    }

    private long budget(Duration budget) {
      return Math.max(1, budget.toNanos());
    }
  }
}
