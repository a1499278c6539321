package org.scalpel.app;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.scalpel.plan.InfeasibleException;
import org.scalpel.plan.Link;
import org.scalpel.plan.Options;
import org.scalpel.plan.PlanLayer;
import org.scalpel.plan.PlanTensor;
import org.scalpel.plan.Problem;
import org.scalpel.plan.ResultsAt;
import org.scalpel.plan.Tier;
import picocli.CommandLine.Option;

/** What the command line adds to a problem, whether it comes from a file or from a model. */
final class ProblemOptions {
  @Option(
      names = "--sharers",
      split = ",",
      paramLabel = "NAME=N",
      description =
          "So many devices share a tier or a link (device->edge): its load counts N times in the period. May be repeated.")
  private Map<String, Double> sharers = new LinkedHashMap<>();

  @Option(
      names = "--forbid",
      split = ",",
      paramLabel = "NAME=TIER",
      description = "A kernel (or a node: its kernel) must not run on this tier. May be repeated.")
  private List<String> forbidden = new ArrayList<>();

  @Option(
      names = "--keep-first",
      paramLabel = "K",
      defaultValue = "0",
      description = "The first K layers stay on the first tier, so that the input never leaves it.")
  private int keepFirst;

  @Option(
      names = "--results-at",
      paramLabel = "PLACE",
      description = "device (results return, the default) or anywhere (nothing returns).")
  private Optional<String> resultsAt = Optional.empty();

  /**
   * The problem as the options change it.
   *
   * @param layerOf the layer that a name stands for
   */
  Problem apply(Problem problem, UnaryOperator<String> layerOf) {
    Problem changed = shared(problem);
    changed = changed.withLayers(restricted(changed, layerOf));
    if (resultsAt.isPresent()) {
      ResultsAt place =
          switch (resultsAt.get()) {
            case "device" -> ResultsAt.DEVICE;
            case "anywhere" -> ResultsAt.ANYWHERE;
            default ->
                throw new UserException(
                    "--results-at: expected device or anywhere, found " + resultsAt.get());
          };
      Options options = problem.options();
      changed = changed.withOptions(new Options(options.weights(), options.exits(), place));
    }
    return changed;
  }

  private Problem shared(Problem problem) {
    Map<String, Double> left = new LinkedHashMap<>(sharers);
    List<Tier> tiers = new ArrayList<>();
    for (Tier tier : problem.tiers()) {
      Double count = left.remove(tier.name());
      tiers.add(count == null ? tier : tier.withSharers(count));
    }
    List<Link> links = new ArrayList<>();
    for (int k = 0; k < problem.links().size(); k++) {
      Link link = problem.links().get(k);
      Double count = left.remove(problem.upName(k));
      links.add(count == null ? link : link.withSharers(count));
    }
    if (!left.isEmpty()) {
      throw new UserException(
          "--sharers " + left.keySet().iterator().next() + ": no tier or link has that name");
    }
    return new Problem(
        problem.name(), tiers, problem.layers(), problem.tensors(), links, problem.options());
  }

  private List<PlanLayer> restricted(Problem problem, UnaryOperator<String> layerOf) {
    Map<Integer, Set<Integer>> allowed = new LinkedHashMap<>();
    for (String text : forbidden) {
      int equals = text.lastIndexOf('=');
      if (equals < 0) {
        throw new UserException("--forbid " + text + ": expected NAME=TIER");
      }
      int layer = problem.layerIndex(layerOf.apply(text.substring(0, equals)));
      allowed
          .computeIfAbsent(layer, index -> open(problem, index))
          .remove(problem.tierIndex(text.substring(equals + 1)));
    }
    for (int layer : first(problem)) {
      Set<Integer> open = allowed.computeIfAbsent(layer, index -> open(problem, index));
      open.retainAll(Set.of(0));
    }
    List<PlanLayer> layers = new ArrayList<>(problem.layers());
    allowed.forEach(
        (layer, open) -> {
          if (open.isEmpty()) {
            throw new InfeasibleException(
                "--forbid and --keep-first leave no tier for layer \""
                    + problem.layers().get(layer).name()
                    + "\"");
          }
          layers.set(layer, layers.get(layer).withAllowed(List.copyOf(open)));
        });
    return layers;
  }

  private static Set<Integer> open(Problem problem, int layer) {
    List<Integer> allowed = problem.layers().get(layer).allowed();
    return new TreeSet<>(
        allowed.isEmpty() ? IntStream.range(0, problem.tiers().size()).boxed().toList() : allowed);
  }

  /**
   * The first layers in topological order, by position in the problem among those that are ready.
   */
  private List<Integer> first(Problem problem) {
    if (keepFirst < 0 || keepFirst > problem.layers().size()) {
      throw new UserException(
          "--keep-first: expected 0 to %d layers, found %d"
              .formatted(problem.layers().size(), keepFirst));
    }
    int[] waiting = new int[problem.layers().size()];
    List<List<Integer>> readers = new ArrayList<>(Collections.nCopies(waiting.length, List.of()));
    for (PlanTensor tensor : problem.tensors()) {
      if (tensor.producer() >= 0) {
        List<Integer> all = new ArrayList<>(readers.get(tensor.producer()));
        all.addAll(tensor.consumers());
        readers.set(tensor.producer(), all);
        tensor.consumers().forEach(reader -> waiting[reader]++);
      }
    }
    TreeSet<Integer> ready = new TreeSet<>();
    IntStream.range(0, waiting.length).filter(v -> waiting[v] == 0).forEach(ready::add);
    List<Integer> first = new ArrayList<>();
    while (first.size() < keepFirst && !ready.isEmpty()) {
      int next = ready.pollFirst();
      first.add(next);
      for (int reader : readers.get(next)) {
        if (--waiting[reader] == 0) {
          ready.add(reader);
        }
      }
    }
    return first;
  }
}
