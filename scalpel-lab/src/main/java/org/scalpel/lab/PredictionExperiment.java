package org.scalpel.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.scalpel.cost.PredictionError;
import org.scalpel.cost.Profile;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.cost.Profiler;
import org.scalpel.engine.Assignments;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.testbed.LinkProxy;
import org.scalpel.testbed.LinkProxyConfig;
import org.scalpel.testbed.LinkShape;

/**
 * How far are predicted times of segments from measured ones? Each model is profiled; then its cuts
 * at all cut vertices and 50 random monotone assignments over two and three tiers are measured. The
 * profiler is told these cuts and does not calibrate on any of them. Beside the compute part, some
 * totals: compute plus the real time of the crossing bytes through a {@link LinkProxy}.
 */
public final class PredictionExperiment implements Experiment {
  private static final List<Double> RATES = List.of(1.1, 5.85, 18.88, 100.0, 1000.0);
  private static final double RTT_MS = 5;
  private static final int PARTS = 4;
  private static final int TRANSFERS = 3;
  private static final double LONGEST_TRANSFER_MS = 1_500;

  @Override
  public String name() {
    return "prediction";
  }

  @Override
  public String question() {
    return "How far are predicted times of a cut model from measured ones?";
  }

  @Override
  public List<String> columns() {
    return List.of(
        "model",
        "cut",
        "segments",
        "part",
        "mbps",
        "bytes",
        "predicted_ms",
        "measured_ms",
        "relative_error");
  }

  @Override
  public List<Cell> cells(Lab lab) {
    List<LabModel> all = LabModel.all();
    List<Cell> cells = new ArrayList<>();
    for (LabModel model : lab.models(lab.quick() ? all.subList(0, 1) : all)) {
      cells.add(new Cell(model.name() + "/profile", () -> profile(lab, model)));
      for (int part = 0; part < PARTS; part++) {
        int share = part;
        cells.add(new Cell(model.name() + "/" + part, () -> measure(lab, model, share)));
      }
    }
    return cells;
  }

  /** One cut to be tried. */
  private record Trial(String kind, List<Integer> placed) {
    static Trial of(String kind, int[] tiers) {
      return new Trial(kind, Arrays.stream(tiers).boxed().toList());
    }

    int[] tiers() {
      return placed.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /** A model made ready. */
  private record Subject(
      KernelGraph kernels, Map<String, TensorData> inputs, List<Trial> trials, Path profile) {
    static Subject of(Lab lab, LabModel chosen, Engine engine) {
      OnnxModel model = chosen.read(lab.scratch());
      KernelGraph kernels = engine.kernels(model);
      Path profile = lab.kept().resolve(chosen.name() + ".json");
      return new Subject(
          kernels, chosen.inputs(model, lab.seed()), trialsOf(kernels, lab), profile);
    }
  }

  /** Calibrates on other cuts than those to be tried; the profile is kept for the other cells. */
  private static List<List<String>> profile(Lab lab, LabModel chosen) {
    lab.note().say("prediction: profiles " + chosen.name());
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      Subject subject = Subject.of(lab, chosen, engine);
      ProfileOptions options =
          ProfileOptions.DEFAULT.withBudget(Duration.ofSeconds(lab.pick(4, 20)));
      new Profiler(engine)
          .avoiding(subject.trials().stream().map(Trial::tiers).toList())
          .profile(subject.kernels(), subject.inputs(), options, (step, share) -> {})
          .write(subject.profile());
      return List.of();
    }
  }

  /** Every so many-th cut, so that a cell takes seconds. */
  private static List<List<String>> measure(Lab lab, LabModel chosen, int part) throws IOException {
    lab.note().say("prediction: cuts %s, part %d of %d".formatted(chosen.name(), part + 1, PARTS));
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      Subject subject = Subject.of(lab, chosen, engine);
      Profile profile = Profile.read(subject.profile());
      List<Trial> trials = new ArrayList<>();
      for (int i = part; i < subject.trials().size(); i += PARTS) {
        trials.add(subject.trials().get(i));
      }
      List<int[]> cuts = trials.stream().map(Trial::tiers).toList();
      PredictionError.Summary errors =
          PredictionError.measure(engine, subject.kernels(), profile, subject.inputs(), cuts);
      List<List<String>> rows = new ArrayList<>();
      for (int c = 0; c < cuts.size(); c++) {
        rows.add(compute(chosen.name(), trials.get(c).kind(), errors.cuts().get(c)));
      }
      if (part == 0) {
        rows.addAll(totals(chosen.name(), subject.kernels(), profile, errors, trials));
      }
      return rows;
    }
  }

  /** All cuts at cut vertices, and 50 random ones. */
  private static List<Trial> trialsOf(KernelGraph kernels, Lab lab) {
    List<Trial> trials = new ArrayList<>();
    List<int[]> vertices = Assignments.atCutVertices(kernels);
    int step = lab.quick() ? Math.max(1, vertices.size() / 10) : 1;
    for (int i = 0; i < vertices.size(); i += step) {
      trials.add(Trial.of("vertex", vertices.get(i)));
    }
    // Another seed than the profiler's, which draws from the options' seed.
    Random random = new Random(lab.seed() + 1_000_003);
    for (int i = 0; i < lab.pick(8, 50); i++) {
      trials.add(Trial.of("random", Assignments.random(kernels, 2 + i % 2, random)));
    }
    return trials;
  }

  private static List<String> compute(String model, String kind, PredictionError.Cut cut) {
    return List.of(
        model,
        kind,
        String.valueOf(cut.segments()),
        "compute",
        "",
        "0",
        Figure.of(cut.predictedMs()),
        Figure.of(cut.measuredMs()),
        Figure.of(cut.relative()));
  }

  /** For each rate three cuts, spread over the model, whose bytes cross it in a few seconds. */
  private static List<List<String>> totals(
      String model,
      KernelGraph kernels,
      Profile profile,
      PredictionError.Summary errors,
      List<Trial> trials)
      throws IOException {
    List<Crossing> crossings = new ArrayList<>();
    for (int c = 0; c < trials.size(); c++) {
      if (trials.get(c).kind().equals("vertex")) {
        long bytes = crossingBytes(kernels, profile, trials.get(c).tiers());
        crossings.add(new Crossing(bytes, errors.cuts().get(c)));
      }
    }
    List<List<String>> rows = new ArrayList<>();
    for (double mbps : RATES) {
      List<Crossing> quick =
          crossings.stream().filter(c -> c.lineMs(mbps) < LONGEST_TRANSFER_MS).toList();
      for (int i = 0; i < Math.min(3, quick.size()); i++) {
        rows.add(total(model, mbps, quick.get(i * quick.size() / 3)));
      }
    }
    return rows;
  }

  /** A measured cut and the bytes of its tensors. */
  private record Crossing(long bytes, PredictionError.Cut cut) {
    double lineMs(double mbps) {
      return bytes * 8 / mbps / 1000;
    }
  }

  private static List<String> total(String model, double mbps, Crossing crossing)
      throws IOException {
    PredictionError.Cut cut = crossing.cut();
    double predicted = cut.predictedMs() + crossing.lineMs(mbps) + RTT_MS;
    double measured = cut.measuredMs() + transferMs(mbps, (int) crossing.bytes());
    return List.of(
        model,
        "vertex",
        String.valueOf(cut.segments()),
        "total",
        String.valueOf(mbps),
        String.valueOf(crossing.bytes()),
        Figure.of(predicted),
        Figure.of(measured),
        Figure.of(Math.abs(predicted - measured) / measured));
  }

  private static double transferMs(double mbps, int bytes) throws IOException {
    LinkShape shape = LinkShape.symmetric(mbps, RTT_MS);
    try (RawPipe pipe = new RawPipe();
        LinkProxy link =
            LinkProxy.start(LinkProxyConfig.loopback("prediction", pipe.address(), shape));
        RawPipe.Client client = RawPipe.connect(link.address())) {
      client.exchange(bytes, 1);
      List<Double> times = new ArrayList<>();
      for (int i = 0; i < TRANSFERS; i++) {
        times.add(client.exchange(bytes, 1));
      }
      return Figure.median(times);
    }
  }

  /** Bytes of the tensors, model inputs included, that tier 0 makes and another reads. */
  private static long crossingBytes(KernelGraph kernels, Profile profile, int[] tiers) {
    long bytes = 0;
    for (KernelGraph.KernelTensor tensor : kernels.tensors()) {
      boolean near = tensor.producer() < 0 || tiers[tensor.producer()] == 0;
      boolean far = tensor.consumers().stream().anyMatch(c -> tiers[c] > 0);
      if (near && far) {
        bytes += bytes(profile, tensor.name());
      }
    }
    return bytes;
  }

  private static long bytes(Profile profile, String tensor) {
    TensorFact fact = profile.subject().facts().get(tensor);
    if (fact == null) {
      throw new IllegalStateException("a profile without tensor " + tensor);
    }
    return fact.bytes();
  }

  @Override
  public void conclude(Table results, Report report) {
    List<List<String>> summary = new ArrayList<>();
    Table compute = results.where(row -> row.text("part").equals("compute"));
    Chart chart =
        new Chart("Compute time of cut models", "measured (ms)", "predicted (ms)").logLog();
    compute
        .by("model")
        .forEach(
            (model, rows) -> {
              List<Double> errors = rows.numbers("relative_error");
              summary.add(
                  List.of(
                      model,
                      String.valueOf(errors.size()),
                      Figure.percent(Figure.median(errors)),
                      Figure.percent(Figure.p95(errors))));
              chart.points(model, rows.numbers("measured_ms"), rows.numbers("predicted_ms"));
            });
    report.table(
        "Relative error of the compute part",
        new Table(List.of("model", "cuts", "median", "p95"), summary));
    List<Double> all = compute.numbers("relative_error");
    report.found(
        "Compute part over %d cuts of %d models: error %s at the median, %s at the 95th percentile."
            .formatted(
                all.size(),
                summary.size(),
                Figure.percent(Figure.median(all)),
                Figure.percent(Figure.p95(all))));
    List<List<String>> totals = new ArrayList<>();
    results
        .where(row -> row.text("part").equals("total"))
        .by("mbps")
        .forEach(
            (mbps, rows) -> {
              List<Double> errors = rows.numbers("relative_error");
              totals.add(
                  List.of(
                      mbps,
                      String.valueOf(errors.size()),
                      Figure.percent(Figure.median(errors)),
                      Figure.percent(Figure.p95(errors))));
            });
    report.table(
        "Relative error of the total: compute, transfer through an emulated link, 5 ms round trip",
        new Table(List.of("mbps", "cuts", "median", "p95"), totals));
    report.chart("compute", chart.diagonal(compute.numbers("measured_ms")));
  }
}
