package org.scalpel.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.scalpel.app.EmulatedLink;
import org.scalpel.cost.Load;
import org.scalpel.cost.Network.LinkSpec;
import org.scalpel.cost.Profile;
import org.scalpel.graph.KernelGraph;
import org.scalpel.lab.DadsSchemes.Scheme;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Partition;
import org.scalpel.tier.Deployment;
import org.scalpel.tier.PlanExecutor;

/** One model of {@link DadsExperiment}: plans and measures its cells. */
final class DadsBench {
  static final List<String> COLUMNS =
      List.of(
          "calibration",
          "model",
          "mbps",
          "edge_dilation",
          "cloud_dilation",
          "lapse",
          "scheme",
          "cuts",
          "valid",
          "predicted_ms",
          "measured_ms",
          "ci",
          "n",
          "gain",
          "other_ms");

  /** How the names of cells begin in which a request may use so much of the cloud. */
  static final String BUDGET = "budget";

  private static final double FASTEST_MBPS = 1000;
  private static final int MIXED_TIMES = 3;
  private static final int FEW = 3;
  private static final int SCHEMES_OF_THE_THINNEST = 2;

  /** What to measure. */
  record Order(Lab lab, LabModel model, Objective objective, DadsExperiment.Effort effort) {
    boolean heavy() {
      return objective == Objective.THROUGHPUT;
    }
  }

  private final Order order;
  private final Lab lab;
  private final PicturedModel subject;
  private final Path kept;

  DadsBench(Order order) {
    this.order = order;
    lab = order.lab();
    subject = PicturedModel.of(order.model(), lab);
    kept = lab.kept().resolve(order.model().name() + ".json");
  }

  /** Kept for the other cells. */
  List<List<String>> profile() {
    lab.note().say("profiles " + order.model().name() + ", input: " + subject.source());
    subject.profile(order.effort().profile()).write(kept);
    return List.of();
  }

  List<List<String>> rows(String calibration, double mbps) {
    Profile profile = Profile.read(kept);
    DadsCalibration machines =
        calibration.equals(DadsCalibration.TODAY)
            ? DadsCalibration.today()
            : DadsCalibration.paper(
                    order.model().name(),
                    subject.steps().map(s -> 4L * 3 * s.width() * s.height()).orElse(0L),
                    profile.under(Load.of(order.objective())).measured().wholeMs().medianMs())
                .orElseThrow();
    return rows(profile, machines, mbps);
  }

  /** The same with a cloud that is not free. */
  List<List<String>> limited(DadsCalibration machines, double mbps) {
    return rows(Profile.read(kept), machines, mbps);
  }

  /** Planned where a request may use this part of the cloud's time for the whole network. */
  List<List<String>> budgeted(double part, double mbps) {
    Profile profile = Profile.read(kept);
    DadsCalibration machines = DadsCalibration.today().named(BUDGET + " " + Figure.percent(part));
    LinkSpec link = machines.link(mbps);
    List<Scheme> schemes =
        new DadsSchemes(
                profile.kernels(subject.model()), subject.steps(), profile, order.objective())
            .budgeted(machines, link, part);
    return table(new Cell(machines, mbps, link, schemes, Map.of()), Map.of());
  }

  /** One row for each scheme. */
  private List<List<String>> rows(Profile profile, DadsCalibration machines, double mbps) {
    KernelGraph kernels = profile.kernels(subject.model());
    LinkSpec link = machines.link(mbps);
    DadsSchemes planner = new DadsSchemes(kernels, subject.steps(), profile, order.objective());
    List<Scheme> schemes = new ArrayList<>(planner.all(machines, link));
    if (machines.isLimited()) {
      schemes.add(planner.blind(DadsCalibration.today(), machines, link));
    }
    Cell cell = new Cell(machines, mbps, link, schemes, new LinkedHashMap<>());
    for (Scheme scheme : schemes) {
      List<Deployment> parts = new ArrayList<>();
      if (scheme.valid()) {
        for (Partition partition : scheme.partitions()) {
          parts.add(
              Deployment.of(kernels, profile.subject().facts(), DadsSchemes.TIERS, partition));
        }
      }
      cell.parts.put(scheme.name(), parts);
    }
    Map<String, Scheme> chosen = chosen(cell);
    lab.note()
        .say(
            "%s, %s machines, %s Mbit/s: measures %d of %d schemes"
                .formatted(
                    order.model().name(), machines.name(), mbps, chosen.size(), schemes.size()));
    return table(cell, chosen.isEmpty() ? Map.of() : measure(cell, chosen));
  }

  /** A network and the schemes on it, with their deployments. */
  private record Cell(
      DadsCalibration machines,
      double mbps,
      LinkSpec link,
      List<Scheme> schemes,
      Map<String, List<Deployment>> parts) {
    /** The same for schemes that come to the same deployment; empty for one that cannot run. */
    String key(Scheme scheme) {
      List<Deployment> ready = parts.getOrDefault(scheme.name(), List.of());
      List<String> words = new ArrayList<>();
      for (int i = 0; i < ready.size(); i++) {
        words.add(ready.get(i).planId() + "*" + scheme.partitions().get(i).share());
      }
      return String.join("+", words);
    }
  }

  /**
   * What was measured.
   *
   * @param times of requests, or of batches of them under heavy load
   * @param n requests
   */
  private record Sample(List<Double> times, int n) {
    static final Sample NONE = new Sample(List.of(), 0);
  }

  /** What is measured, by deployment. */
  private Map<String, Scheme> chosen(Cell cell) {
    boolean thin = cell.mbps == DadsNetworks.THINNEST;
    Map<String, Scheme> chosen = new LinkedHashMap<>();
    boolean planned = order.heavy() && !DadsNetworks.UNDER_LOAD.contains(cell.mbps);
    if (planned || cell.link.upMbps() > FASTEST_MBPS) {
      return chosen;
    }
    cell.schemes.stream()
        .filter(scheme -> !cell.key(scheme).isEmpty())
        .filter(scheme -> scheme.predictedMs() <= order.effort().mostMs())
        .sorted(Comparator.comparingDouble(Scheme::predictedMs))
        .forEach(scheme -> chosen.putIfAbsent(cell.key(scheme), scheme));
    if (thin) {
      Set<String> first =
          chosen.keySet().stream().limit(SCHEMES_OF_THE_THINNEST).collect(Collectors.toSet());
      chosen.keySet().retainAll(first);
    }
    return chosen;
  }

  private Map<String, Sample> measure(Cell cell, Map<String, Scheme> chosen) {
    List<Wire.Stop> stops =
        List.of(
            new Wire.Stop(DadsSchemes.TIERS.get(0), cell.machines.edge(), Optional.empty()),
            new Wire.Stop(
                DadsSchemes.TIERS.get(1), cell.machines.cloud(), Optional.of(Wire.UNHINDERED)));
    try (Wire wire =
        Wire.rehearsed(stops, lab.scratch(), order.effort().rehearsal(), device -> {})) {
      Map<String, PlanExecutor> plans = new LinkedHashMap<>();
      for (Scheme scheme : chosen.values()) {
        for (Deployment part : cell.parts.getOrDefault(scheme.name(), List.of())) {
          plans.computeIfAbsent(part.planId(), id -> wire.device().prepare(part));
        }
      }
      // Models and plans have arrived; from here on the link is that of the experiment.
      wire.link(DadsSchemes.TIERS.get(1)).shape(EmulatedLink.shape(cell.link));
      return order.heavy() ? periods(cell, chosen, plans) : latencies(cell, chosen, plans);
    }
  }

  private Map<String, Sample> latencies(
      Cell cell, Map<String, Scheme> chosen, Map<String, PlanExecutor> plans) {
    InterleavedRuns.Stop stop = order.effort().stop();
    boolean thin = cell.mbps == DadsNetworks.THINNEST;
    InterleavedRuns.Stop here =
        thin ? new InterleavedRuns.Stop(FEW, stop.time(), stop.precision()) : stop;
    Map<String, PlanExecutor> byKey = new LinkedHashMap<>();
    chosen.forEach(
        (key, scheme) ->
            cell.parts
                .getOrDefault(scheme.name(), List.of())
                .forEach(part -> byKey.put(key, ready(plans, part))));
    Map<String, Sample> samples = new LinkedHashMap<>();
    InterleavedRuns.run(byKey, subject.request(), here, lab.seed())
        .forEach((key, times) -> samples.put(key, new Sample(times, times.size())));
    return samples;
  }

  private Map<String, Sample> periods(
      Cell cell, Map<String, Scheme> chosen, Map<String, PlanExecutor> plans) {
    Map<String, Sample> samples = new LinkedHashMap<>();
    chosen.forEach(
        (key, scheme) -> {
          List<PeriodRuns.Ready> ready = new ArrayList<>();
          List<Deployment> parts = cell.parts.getOrDefault(scheme.name(), List.of());
          for (int i = 0; i < parts.size(); i++) {
            double share = scheme.partitions().get(i).share();
            ready.add(new PeriodRuns.Ready(ready(plans, parts.get(i)), share));
          }
          PeriodRuns.Result result =
              PeriodRuns.run(ready, subject.request(), window(scheme), stop(scheme));
          samples.put(key, new Sample(result.periods(), result.answers()));
        });
    return samples;
  }

  /** Requests in flight: enough for every stage to have work. */
  private static int window(Scheme scheme) {
    boolean here =
        scheme.partitions().stream().allMatch(p -> p.stageMs(DadsSchemes.TIERS.get(1)) == 0);
    return scheme.partitions().size() > 1 ? 8 : here ? 2 : 4;
  }

  /** A mix takes longer until each partition has had its share. */
  private InterleavedRuns.Stop stop(Scheme scheme) {
    InterleavedRuns.Stop stop = order.effort().stop();
    return scheme.partitions().size() == 1
        ? stop
        : new InterleavedRuns.Stop(
            MIXED_TIMES * stop.least(), stop.time().multipliedBy(MIXED_TIMES), stop.precision());
  }

  private static PlanExecutor ready(Map<String, PlanExecutor> plans, Deployment part) {
    return Optional.ofNullable(plans.get(part.planId())).orElseThrow();
  }

  private List<List<String>> table(Cell cell, Map<String, Sample> measured) {
    double edge =
        cell.schemes.stream()
            .filter(scheme -> scheme.name().equals(DadsSchemes.EDGE))
            .mapToDouble(scheme -> best(cell, scheme, measured))
            .findFirst()
            .orElse(Double.NaN);
    List<List<String>> rows = new ArrayList<>();
    for (Scheme scheme : cell.schemes) {
      Sample sample = measured.getOrDefault(cell.key(scheme), Sample.NONE);
      List<Double> times = sample.times();
      boolean known = !times.isEmpty();
      rows.add(
          List.of(
              cell.machines.name(),
              order.model().name(),
              String.valueOf(cell.mbps),
              Figure.of(cell.machines.edge()),
              Figure.of(cell.machines.cloud()),
              Figure.of(cell.machines.lapse()),
              scheme.name(),
              scheme.cuts(),
              String.valueOf(scheme.valid()),
              Figure.of(scheme.predictedMs()),
              known ? Figure.of(middle(times)) : "",
              known ? Figure.of(Interval.of(times).relative()) : "",
              String.valueOf(sample.n()),
              Figure.of(edge / best(cell, scheme, measured)),
              Figure.of(order.heavy() ? scheme.latencyMs() : scheme.periodMs())));
    }
    return rows;
  }

  private double middle(List<Double> times) {
    return order.heavy() ? Interval.of(times).mean() : Figure.median(times);
  }

  /** As measured, else as predicted. */
  private double best(Cell cell, Scheme scheme, Map<String, Sample> measured) {
    List<Double> times = measured.getOrDefault(cell.key(scheme), Sample.NONE).times();
    return times.isEmpty() ? scheme.predictedMs() : middle(times);
  }
}
