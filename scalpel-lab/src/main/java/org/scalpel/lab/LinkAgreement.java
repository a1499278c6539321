package org.scalpel.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.engine.Assignments;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.testbed.KernelNetwork;
import org.scalpel.testbed.LinkShape;
import org.scalpel.tier.Deployment;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.PlanExecutor;
import org.scalpel.tier.Rehearsal;

/**
 * The same cuts of one model over an emulated link and over the kernel's, at the same time and in
 * turns: two device tiers here, two edge processes, one behind each kind of link.
 */
final class LinkAgreement {
  private static final List<String> TIERS = List.of("device", "edge");
  private static final int CUTS = 3;
  private final Lab lab;
  private final double mbps;

  LinkAgreement(Lab lab, double mbps) {
    this.lab = lab;
    this.mbps = mbps;
  }

  List<List<String>> rows() {
    LabModel chosen = LabModel.small();
    lab.note().say("namespaces: " + chosen.name() + " at " + mbps + " Mbit/s");
    OnnxModel model = chosen.read(lab.scratch());
    Map<String, TensorData> inputs = chosen.inputs(model, lab.seed());
    LinkShape emulated = LinkShape.symmetric(mbps * KernelNetwork.PAYLOAD_SHARE, 0);
    try (Engine engine = new Engine(EngineOptions.DEFAULT);
        KernelNetwork network = KernelNetwork.chain(List.of(LinkShape.symmetric(mbps, 0)));
        Wire kernel = Wire.start(stops(Optional.empty(), "k"), lab.scratch(), network);
        Wire proxy = Wire.start(stops(Optional.of(emulated), "p"), lab.scratch())) {
      Rehearsal.run(Duration.ofSeconds(lab.pick(2, 5)));
      KernelGraph kernels = engine.kernels(model);
      Map<String, TensorFact> facts = engine.facts(model, inputs);
      Map<String, PlanExecutor> plans = new LinkedHashMap<>();
      List<String> cuts = new ArrayList<>();
      cuts(kernels)
          .forEach(
              (cut, tiers) -> {
                Deployment plan = new Deployment(kernels, TIERS, tiers, facts, Map.of(), Map.of());
                cuts.add(cut);
                plans.put("emulated/" + cut, proxy.device().prepare(plan));
                plans.put("kernel/" + cut, kernel.device().prepare(plan));
              });
      InterleavedRuns.Stop stop =
          new InterleavedRuns.Stop(5, Duration.ofSeconds(lab.pick(6, 20)), 0.02);
      return table(cuts, InterleavedRuns.run(plans, Inputs.of(inputs), stop, lab.seed()));
    }
  }

  private List<List<String>> table(List<String> cuts, Map<String, List<Double>> times) {
    List<List<String>> rows = new ArrayList<>();
    for (String cut : cuts) {
      double emulated = Figure.median(times.getOrDefault("emulated/" + cut, List.of()));
      rows.add(
          NamespacesExperiment.row(
              "model",
              "%s at %s Mbit/s, ms".formatted(cut, Figure.of(mbps)),
              emulated,
              times.getOrDefault("kernel/" + cut, List.of())));
    }
    return rows;
  }

  private static List<Wire.Stop> stops(Optional<LinkShape> link, String kind) {
    return List.of(
        new Wire.Stop("device-" + kind, 1, Optional.empty()),
        new Wire.Stop("edge-" + kind, 1, link));
  }

  /**
   * Everything on the edge, and cuts at some of the places where one kernel separates the model.
   */
  private static Map<String, List<Integer>> cuts(KernelGraph kernels) {
    Map<String, List<Integer>> chosen = new LinkedHashMap<>();
    chosen.put("all on the edge", list(Assignments.prefix(kernels, 0)));
    List<int[]> all = Assignments.atCutVertices(kernels);
    for (int i = 1; i <= CUTS && all.size() > CUTS; i++) {
      int place = i * all.size() / (CUTS + 1);
      chosen.put("cut " + place, list(all.get(place)));
    }
    return chosen;
  }

  private static List<Integer> list(int[] tiers) {
    return java.util.Arrays.stream(tiers).boxed().toList();
  }
}
