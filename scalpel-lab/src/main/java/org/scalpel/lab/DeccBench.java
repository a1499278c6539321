package org.scalpel.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.scalpel.app.EmulatedLink;
import org.scalpel.cost.Network;
import org.scalpel.cost.Profile;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.lab.DeccExperiment.Effort;
import org.scalpel.lab.DeccExperiment.Subject;
import org.scalpel.lab.DeccSchemes.Scheme;
import org.scalpel.live.SmoothShares;
import org.scalpel.plan.Partition;
import org.scalpel.tier.Deployment;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.PlanExecutor;

/** Measures one model for {@link DeccExperiment}. */
final class DeccBench {
  static final String SINGLE = "single";
  static final String LOAD = "load";

  /** The minimum cut, one request after the other: the papers' way, and the unit of rates. */
  static final String ONE_BY_ONE = DeccSchemes.CUT + ", one at a time";

  private static final int WINDOW = 8;
  private static final int CAPACITY_ROUNDS = 5;

  private final Lab lab;
  private final Subject subject;
  private final Effort effort;
  private final String name;

  DeccBench(Lab lab, Subject subject, Effort effort) {
    this.lab = lab;
    this.subject = subject;
    this.effort = effort;
    this.name = subject.model().name();
  }

  private Path kept() {
    return lab.kept().resolve(name + ".json");
  }

  private Map<String, TensorData> tensors(OnnxModel model) {
    return subject.model().inputs(model, lab.seed());
  }

  /** Kept for the other cells. */
  List<List<String>> profile() {
    lab.note().say("decc: profiles " + name);
    OnnxModel model = subject.model().read(lab.scratch());
    ProfileOptions options = ProfileOptions.DEFAULT.withBudget(effort.profile());
    LabModel.profile(model, tensors(model), options).write(kept());
    return List.of();
  }

  /** Tiers, links and every way made ready. */
  private final class Bench implements AutoCloseable {
    final Wire wire;
    final KernelGraph kernels;
    final Profile profile;
    final Inputs inputs;
    final Map<String, PlanExecutor> plans = new LinkedHashMap<>();

    Bench() {
      OnnxModel model = subject.model().read(lab.scratch());
      profile = Profile.read(kept());
      kernels = profile.kernels(model);
      inputs = Inputs.of(tensors(model));
      List<Wire.Stop> stops =
          List.of(
              new Wire.Stop("device", DeccSchemes.SLOWDOWNS.get(0), Optional.empty()),
              new Wire.Stop("edge", DeccSchemes.SLOWDOWNS.get(1), Optional.of(Wire.UNHINDERED)));
      wire =
          Wire.rehearsed(stops, lab.scratch(), effort.rehearsal(), device -> device.window(WINDOW));
    }

    /** Its id; what comes to the same is prepared once. */
    String prepare(Partition partition) {
      Deployment plan =
          Deployment.of(kernels, profile.subject().facts(), DeccSchemes.TIERS, partition);
      plans.computeIfAbsent(plan.planId(), id -> wire.device().prepare(plan));
      return plan.planId();
    }

    PlanExecutor plan(String id) {
      return Optional.ofNullable(plans.get(id)).orElseThrow();
    }

    /** From here on the link is that of the experiment: models and plans have arrived. */
    void emulate(Network.LinkSpec link) {
      wire.link("edge").shape(EmulatedLink.shape(link));
    }

    @Override
    public void close() {
      wire.close();
    }
  }

  private DeccSchemes schemes(Bench bench, Network.LinkSpec link) {
    return new DeccSchemes(bench.kernels, bench.profile, new Network(List.of(link)));
  }

  /** Single requests. */
  List<List<String>> single(Network.LinkSpec link) {
    lab.note().say("decc: " + name + " over " + link.name());
    try (Bench bench = new Bench()) {
      List<Scheme> schemes = schemes(bench, link).forLatency();
      Map<String, String> ids = new LinkedHashMap<>();
      schemes.forEach(scheme -> ids.put(scheme.name(), bench.prepare(scheme.main())));
      bench.emulate(link);
      var all = InterleavedRuns.run(bench.plans, bench.inputs, effort.stop(), lab.seed());
      List<Double> cut = all.getOrDefault(ids.getOrDefault(DeccSchemes.CUT, ""), List.of());
      List<List<String>> rows = new ArrayList<>();
      for (Scheme scheme : schemes) {
        List<Double> times = all.getOrDefault(ids.getOrDefault(scheme.name(), ""), List.of());
        Interval ratio = Interval.ofRatios(cut, times);
        rows.add(
            List.of(
                name,
                subject.kind().words,
                link.name(),
                SINGLE,
                scheme.name(),
                "0",
                scheme.cuts(),
                String.valueOf(scheme.sessions()),
                Figure.of(scheme.predictedMs()),
                Figure.of(Figure.median(times)),
                Figure.of(Figure.p95(times)),
                String.valueOf(times.size()),
                Figure.of(1 - Figure.median(times) / Figure.median(cut)),
                Figure.of(ratio.low()),
                Figure.of(ratio.high()),
                "0",
                "0"));
      }
      return rows;
    }
  }

  /** A scheme under load: what takes its requests, and how many at a time. */
  private record Contender(
      String name, Scheme scheme, List<PlanExecutor> plans, List<Double> shares, int window) {
    /** What takes the requests of one run. */
    Function<Inputs, CompletableFuture<Execution>> door() {
      SmoothShares turns = new SmoothShares(shares);
      return inputs -> plans.get(turns.next()).submit(inputs);
    }
  }

  private List<Contender> contenders(Bench bench, Network.LinkSpec link) {
    List<Contender> all = new ArrayList<>();
    for (Scheme scheme : schemes(bench, link).forLoad()) {
      List<PlanExecutor> plans =
          scheme.partitions().stream().map(p -> bench.plan(bench.prepare(p))).toList();
      List<Double> shares = scheme.partitions().stream().map(Partition::share).toList();
      if (scheme.name().equals(DeccSchemes.CUT)) {
        all.add(new Contender(ONE_BY_ONE, scheme, plans, shares, 1));
      }
      all.add(new Contender(scheme.name(), scheme, plans, shares, WINDOW));
    }
    return all;
  }

  /** Requests that come whether or not the earlier ones are answered. */
  List<List<String>> load(Network.LinkSpec link) {
    lab.note().say("decc: " + name + " over " + link.name() + " under load");
    try (Bench bench = new Bench()) {
      List<Contender> contenders = contenders(bench, link);
      bench.emulate(link);
      double unitMs = unit(bench, contenders.get(0).plans().get(0));
      List<List<String>> rows = new ArrayList<>();
      Random random = new Random(lab.seed());
      for (double rate : effort.rates()) {
        List<Contender> order = new ArrayList<>(contenders);
        Collections.shuffle(order, random);
        for (Contender contender : order) {
          OpenLoad.Result result =
              OpenLoad.run(
                  contender.door(),
                  bench.inputs,
                  contender.window(),
                  unitMs / rate,
                  effort.loadTime());
          rows.add(row(link, contender, rate, result));
        }
      }
      return rows;
    }
  }

  /** Latency of the minimum cut alone, whose inverse is the capacity that rates are counted in. */
  private double unit(Bench bench, PlanExecutor cut) {
    var stop = new InterleavedRuns.Stop(CAPACITY_ROUNDS, effort.loadTime(), 0);
    var times = InterleavedRuns.run(Map.of(ONE_BY_ONE, cut), bench.inputs, stop, lab.seed());
    return Figure.median(times.getOrDefault(ONE_BY_ONE, List.of()));
  }

  private List<String> row(
      Network.LinkSpec link, Contender contender, double rate, OpenLoad.Result result) {
    if (result.failed() > 0) {
      throw new IllegalStateException(
          "%d requests of %s failed under load".formatted(result.failed(), contender.name()));
    }
    return List.of(
        name,
        subject.kind().words,
        link.name(),
        LOAD,
        contender.name(),
        String.valueOf(rate),
        contender.scheme().cuts(),
        String.valueOf(contender.scheme().sessions()),
        Figure.of(contender.scheme().predictedMs()),
        Figure.of(result.quantile(false)),
        Figure.of(result.quantile(true)),
        String.valueOf(result.latenciesMs().size()),
        "0",
        "0",
        "0",
        Figure.of(result.answeredPerS()),
        Figure.of(result.dropped()));
  }
}
