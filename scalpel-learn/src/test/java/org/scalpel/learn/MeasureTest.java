package org.scalpel.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.scalpel.cost.Stat;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Splitter;

/** The figures about measuring in docs/predict.md: run by hand on a machine that does no more. */
class MeasureTest {
  private static final long PIECE_NS = 250_000_000L;
  private static final double SMALL_MS = 0.05;

  @BeforeEach
  void onlyByHand() {
    assumeTrue(
        System.getenv("SCALPEL_MEASURE") != null, "set SCALPEL_MEASURE=1 to measure this machine");
  }

  private static List<Variation.Piece> pieces(int number) {
    return Architectures.all().stream().map(a -> Variation.of(a, number, 1)).toList();
  }

  private static Group measure(KernelBench bench, Variation.Piece piece) {
    return bench.kernels(piece, Collector.inputs(piece.model()), PIECE_NS);
  }

  /** How much a kernel's time changes when it is measured again a minute later. */
  @Test
  void measuredTwice() {
    try (BenchRuntime runtime = new NativeBench(EngineOptions.DEFAULT)) {
      for (Statistic statistic : Statistic.values()) {
        try (KernelBench bench = new KernelBench(runtime, statistic, false)) {
          List<Group> first = pieces(0).stream().map(piece -> measure(bench, piece)).toList();
          List<Group> again = pieces(0).stream().map(piece -> measure(bench, piece)).toList();
          compare(statistic, first, again);
        }
      }
    }
  }

  private static void compare(Statistic statistic, List<Group> first, List<Group> again) {
    List<Double> raw = new ArrayList<>();
    List<Double> paced = new ArrayList<>();
    for (int g = 0; g < first.size(); g++) {
      Group before = first.get(g);
      Group after = again.get(g);
      Map<String, Double> times = new HashMap<>();
      after.samples().forEach(sample -> times.put(sample.id(), sample.ms()));
      for (KernelSample sample : before.samples()) {
        if (times.containsKey(sample.id()) && sample.ms() > SMALL_MS) {
          double change = times.get(sample.id()) / sample.ms();
          raw.add(Math.abs(change - 1));
          paced.add(Math.abs(change * before.paceMs() / after.paceMs() - 1));
        }
      }
    }
    print(statistic.label() + ", as measured", raw);
    print(statistic.label() + ", at one pace", paced);
    assertThat(raw).isNotEmpty();
  }

  /** A kernel in a session of its own against the same among its neighbours. */
  @Test
  void aloneAgainstAmongOthers() {
    Map<String, List<Double>> ratios = new TreeMap<>();
    try (BenchRuntime runtime = new NativeBench(EngineOptions.DEFAULT);
        KernelBench bench = new KernelBench(runtime, Statistic.UNDISTURBED, false)) {
      for (Variation.Piece piece : pieces(0)) {
        Group among = measure(bench, piece);
        KernelGraph kernels = runtime.kernels(piece.model());
        for (KernelSample sample : among.samples().stream().limit(4).toList()) {
          String name = sample.id().substring(piece.id().length() + 1);
          if (sample.ms() > SMALL_MS) {
            double alone = alone(runtime, bench, kernels, name);
            ratios
                .computeIfAbsent(sample.type().label(), t -> new ArrayList<>())
                .add(alone / (sample.ms() / among.paceMs()));
          }
        }
      }
    }
    ratios.forEach(
        (type, values) ->
            System.out.printf(
                "%-18s n=%3d alone/among: quartiles %.2f %.2f %.2f%n",
                type,
                values.size(),
                Stat.quantile(values, 0.25),
                Stat.quantile(values, 0.5),
                Stat.quantile(values, 0.75)));
    assertThat(ratios).isNotEmpty();
  }

  /** In units of the pace. */
  private static double alone(
      BenchRuntime runtime, KernelBench bench, KernelGraph kernels, String name) {
    KernelGraph.Kernel kernel = kernels.kernel(name).orElseThrow();
    OnnxModel whole = kernels.layers().model();
    Splitter splitter = new Splitter(whole, kernels);
    var facts = runtime.facts(whole, Collector.inputs(whole));
    var segment = splitter.segment(List.of(kernel.index()));
    OnnxModel model = OnnxModel.of(splitter.extract(segment, facts, Map.of()), Path.of("."));
    Group group = measure(bench, new Variation.Piece(name, name, model));
    return group.samples().stream().mapToDouble(KernelSample::ms).sum() / group.paceMs();
  }

  private static void print(String what, List<Double> changes) {
    System.out.printf(
        "%s: %d kernels, change median %.3f p75 %.3f p90 %.3f%n",
        what,
        changes.size(),
        Stat.quantile(changes, 0.5),
        Stat.quantile(changes, 0.75),
        Stat.quantile(changes, 0.9));
  }
}
