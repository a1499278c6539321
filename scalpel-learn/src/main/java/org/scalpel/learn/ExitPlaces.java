package org.scalpel.learn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.graph.ExitPlace;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelStats;
import org.scalpel.graph.Structure;
import org.scalpel.graph.TensorFact;

/**
 * Where exits stand: behind kernels that every path passes, as evenly spaced in multiply-accumulate
 * operations as these allow.
 */
final class ExitPlaces {
  /** Nothing is gained so near the ends. */
  private static final double EDGE = 0.01;

  private final KernelGraph kernels;
  private final Map<String, TensorFact> facts;
  private final int grid;
  private final List<Candidate> candidates = new ArrayList<>();

  private record Candidate(int kernel, String tensor, TensorFact fact, double done) {}

  ExitPlaces(KernelGraph kernels, Map<String, TensorFact> facts, int grid) {
    this.kernels = kernels;
    this.facts = facts;
    this.grid = grid;
    long[] until = new long[kernels.kernels().size() + 1];
    List<KernelStats> stats = KernelStats.of(kernels, facts);
    for (int k = 0; k < stats.size(); k++) {
      until[k + 1] = until[k] + stats.get(k).macs();
    }
    for (int kernel : Structure.of(kernels).cutVertices()) {
      double done = (double) until[kernel + 1] / Math.max(1, until[stats.size()]);
      only(kernel)
          .ifPresent(
              tensor ->
                  candidates.add(
                      new Candidate(kernel, tensor.name(), factOf(tensor.name()), done)));
    }
  }

  private TensorFact factOf(String tensor) {
    return Optional.ofNullable(facts.get(tensor)).orElseThrow();
  }

  /** The one tensor that a kernel hands on, where a head can read it. */
  private Optional<KernelGraph.KernelTensor> only(int kernel) {
    List<KernelGraph.KernelTensor> made =
        kernels.tensors().stream().filter(tensor -> tensor.producer() == kernel).toList();
    return made.stream()
        .filter(tensor -> made.size() == 1 && !tensor.consumers().isEmpty() && !tensor.output())
        .filter(
            tensor -> facts.containsKey(tensor.name()) && ExitPlace.readable(factOf(tensor.name())))
        .findFirst();
  }

  /** So many, evenly spaced; fewer where the model has no more places. */
  List<ExitPlace> evenly(int count) {
    List<Candidate> left =
        new ArrayList<>(
            candidates.stream().filter(c -> c.done() > EDGE && c.done() < 1 - EDGE).toList());
    List<Candidate> chosen = new ArrayList<>();
    for (int i = 1; i <= count && !left.isEmpty(); i++) {
      double wanted = (double) i / (count + 1);
      Candidate best =
          left.stream()
              // Of places with as much done the last: behind the activation, not before it.
              .min(
                  Comparator.comparingDouble((Candidate c) -> Math.abs(c.done() - wanted))
                      .thenComparingInt(c -> -c.kernel()))
              .orElseThrow();
      chosen.add(best);
      left.remove(best);
    }
    if (chosen.isEmpty()) {
      throw new LearnException(
          kernels.layers().model().label()
              + ": no place for an exit: no kernel on every path hands on one float32 tensor [1,C,H,W] or [1,C]");
    }
    return named(chosen);
  }

  /** Behind these kernels or nodes. */
  List<ExitPlace> at(List<String> names) {
    return named(names.stream().map(this::candidate).distinct().toList());
  }

  private Candidate candidate(String name) {
    String where = kernels.layers().model().label() + ": exit after '" + name + "': ";
    KernelGraph.Kernel kernel =
        kernels
            .holding(name)
            .orElseThrow(
                () -> new LearnException(where + "the model has no kernel or node of that name"));
    return candidates.stream()
        .filter(c -> c.kernel() == kernel.index())
        .findFirst()
        .orElseThrow(
            () ->
                new LearnException(
                    where
                        + "not every path passes it, or it hands on no float32 [1,C,H,W] or [1,C]; places are "
                        + candidates.stream()
                            .map(c -> kernels.kernels().get(c.kernel()).name())
                            .toList()));
  }

  private List<ExitPlace> named(List<Candidate> chosen) {
    List<Candidate> ordered = new ArrayList<>(chosen);
    ordered.sort(Comparator.comparingInt(Candidate::kernel));
    String prefix = prefix(ordered.size());
    List<ExitPlace> places = new ArrayList<>();
    for (int i = 0; i < ordered.size(); i++) {
      Candidate one = ordered.get(i);
      places.add(new ExitPlace(prefix + (i + 1), one.tensor(), one.fact(), grid));
    }
    return places;
  }

  /** Names that the model does not use. */
  private String prefix(int count) {
    String prefix = "exit";
    while (taken(prefix, count)) {
      prefix = "early_" + prefix;
    }
    return prefix;
  }

  private boolean taken(String prefix, int count) {
    for (int i = 1; i <= count; i++) {
      if (facts.containsKey(prefix + i)) {
        return true;
      }
    }
    return false;
  }
}
