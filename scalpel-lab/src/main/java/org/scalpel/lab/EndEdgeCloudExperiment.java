package org.scalpel.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.app.EmulatedLink;
import org.scalpel.cost.Network;
import org.scalpel.cost.Profile;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.KernelGraph;
import org.scalpel.lab.ThreeTierSchemes.Scheme;
import org.scalpel.tier.Deployment;
import org.scalpel.tier.PlanExecutor;

/**
 * What do two cuts over end device, edge and cloud gain? Real tier processes behind emulated links,
 * slowed down as declared in {@link ThreeTierSchemes}; three networks of the literature over three
 * first links, the wide-area preset behind; every {@link ThreeTierSchemes scheme} measured end to
 * end, request by request in turns. Schemes that come to the same deployment are measured once.
 *
 * <p>Where there is a predictor ({@link PredictedTimes}), the two cuts are also planned by it.
 */
public final class EndEdgeCloudExperiment implements Experiment {
  private static final List<String> LINKS = List.of("3g", "4g", "wifi");
  private static final int LEAST_ROUNDS = 5;
  private static final double PRECISION = 0.03;

  @Override
  public String name() {
    return "end-edge-cloud";
  }

  @Override
  public String question() {
    return "What do two cuts over end device, edge and cloud gain over every subset of them?";
  }

  @Override
  public List<String> columns() {
    return List.of(
        "model",
        "network",
        "scheme",
        "cuts",
        "predicted_ms",
        "median_ms",
        "ci",
        "n",
        "reduction",
        "ratio_low",
        "ratio_high");
  }

  /**
   * How much to measure.
   *
   * @param links in front of the edge
   * @param profile the time for a model's profile
   * @param rehearsal the time for requests that make the virtual machine compile the data path
   * @param stop when a cell has measured enough
   */
  record Effort(
      List<String> links, Duration profile, Duration rehearsal, InterleavedRuns.Stop stop) {
    static Effort of(Lab lab) {
      return new Effort(
          lab.quick() ? LINKS.subList(2, 3) : LINKS,
          Duration.ofSeconds(lab.pick(6, 15)),
          Duration.ofSeconds(lab.pick(2, 5)),
          new InterleavedRuns.Stop(LEAST_ROUNDS, Duration.ofSeconds(lab.pick(6, 30)), PRECISION));
    }
  }

  @Override
  public List<Cell> cells(Lab lab) {
    List<LabModel> classic = LabModel.classic().subList(0, 3);
    List<LabModel> models = lab.models(lab.quick() ? classic.subList(0, 1) : classic);
    return cells(lab, models, Effort.of(lab));
  }

  static List<Cell> cells(Lab lab, List<LabModel> models, Effort effort) {
    List<Cell> cells = new ArrayList<>();
    for (LabModel model : models) {
      cells.add(new Cell(model.name() + "/profile", () -> new Bench(lab, model, effort).profile()));
      for (String link : effort.links()) {
        cells.add(
            new Cell(model.name() + "/" + link, () -> new Bench(lab, model, effort).rows(link)));
      }
    }
    return cells;
  }

  /** One model. */
  private static final class Bench {
    private final Lab lab;
    private final LabModel chosen;
    private final Effort effort;
    private final PicturedModel subject;
    private final Path kept;

    Bench(Lab lab, LabModel chosen, Effort effort) {
      this.lab = lab;
      this.effort = effort;
      this.chosen = chosen;
      this.subject = PicturedModel.of(chosen, lab);
      this.kept = lab.kept().resolve(chosen.name() + ".json");
    }

    /** Kept for the other cells. */
    List<List<String>> profile() {
      lab.note().say("end-edge-cloud: profiles " + chosen.name() + ", input: " + subject.source());
      subject.profile(effort.profile()).write(kept);
      return List.of();
    }

    List<List<String>> rows(String link) {
      lab.note().say("end-edge-cloud: " + chosen.name() + " over " + link);
      Profile profile = Profile.read(kept);
      Network network = Network.parse(link + ",wan");
      KernelGraph kernels = profile.kernels(subject.model());
      Optional<Profile> learned;
      try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
        learned = PredictedTimes.of(kernels, engine.facts(subject.model(), subject.inputs()));
      }
      List<Scheme> schemes =
          new ThreeTierSchemes(kernels, subject.steps(), profile, network).all(learned);
      Map<String, String> ids = new LinkedHashMap<>();
      Map<String, Deployment> deployments = new LinkedHashMap<>();
      for (Scheme scheme : schemes) {
        Deployment deployment =
            Deployment.of(
                kernels, profile.subject().facts(), ThreeTierSchemes.TIERS, scheme.partition());
        ids.put(scheme.name(), deployment.planId());
        deployments.putIfAbsent(deployment.planId(), deployment);
      }
      return table(link, schemes, ids, measure(network, deployments));
    }

    private Map<String, List<Double>> measure(
        Network network, Map<String, Deployment> deployments) {
      List<Wire.Stop> stops = new ArrayList<>();
      for (int k = 0; k < ThreeTierSchemes.TIERS.size(); k++) {
        stops.add(
            new Wire.Stop(
                ThreeTierSchemes.TIERS.get(k),
                ThreeTierSchemes.SLOWDOWNS.get(k),
                k == 0 ? Optional.empty() : Optional.of(Wire.UNHINDERED)));
      }
      try (Wire wire = Wire.rehearsed(stops, lab.scratch(), effort.rehearsal(), device -> {})) {
        Map<String, PlanExecutor> plans = new LinkedHashMap<>();
        deployments.forEach((id, plan) -> plans.put(id, wire.device().prepare(plan)));
        // Models and plans have arrived; from here on the links are those of the experiment.
        for (int k = 1; k < ThreeTierSchemes.TIERS.size(); k++) {
          wire.link(ThreeTierSchemes.TIERS.get(k))
              .shape(EmulatedLink.shape(network.links().get(k - 1)));
        }
        return InterleavedRuns.run(plans, subject.request(), effort.stop(), lab.seed());
      }
    }

    private List<List<String>> table(
        String link, List<Scheme> schemes, Map<String, String> ids, Map<String, List<Double>> all) {
      List<Double> planned = times(ThreeTierSchemes.TWO_CUT, ids, all);
      List<List<String>> rows = new ArrayList<>();
      for (Scheme scheme : schemes) {
        List<Double> times = times(scheme.name(), ids, all);
        Interval ratio = Interval.ofRatios(times, planned);
        rows.add(
            List.of(
                chosen.name(),
                link,
                scheme.name(),
                scheme.cuts(),
                Figure.of(scheme.predictedMs()),
                Figure.of(Figure.median(times)),
                Figure.of(Interval.of(times).relative()),
                String.valueOf(times.size()),
                Figure.of(1 - Figure.median(planned) / Figure.median(times)),
                Figure.of(ratio.low()),
                Figure.of(ratio.high())));
      }
      return rows;
    }

    private static List<Double> times(
        String scheme, Map<String, String> ids, Map<String, List<Double>> all) {
      return all.getOrDefault(ids.getOrDefault(scheme, ""), List.of());
    }
  }

  @Override
  public void conclude(Table results, Report report) {
    new EndEdgeCloudReport(results).write(report);
  }
}
