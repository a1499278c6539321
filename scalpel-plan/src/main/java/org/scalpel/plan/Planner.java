package org.scalpel.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The front door: finds a plan by name of algorithm and adds what every plan carries. */
public final class Planner {
  private static final List<Algorithm> ALGORITHMS = everything();

  private Planner() {}

  private static List<Algorithm> everything() {
    List<Algorithm> all = new ArrayList<>();
    all.add(new Auto());
    all.addAll(FixedTier.every());
    all.add(new Neurosurgeon());
    all.add(new MinCut());
    all.add(new Mix());
    all.add(new BestSingle());
    all.add(new Capped());
    all.add(Overlap.heuristic());
    all.add(Overlap.exact());
    all.add(new Dads());
    all.add(new DadsHeavy());
    all.add(new Qdmp());
    all.add(new TwoCut());
    all.add(new Decc());
    all.add(new Eddi());
    all.add(new Edgent());
    all.add(new Exhaustive());
    return List.copyOf(all);
  }

  /**
   * The plan that {@code request} asks for, with baselines, alternatives and explanation.
   *
   * @throws InfeasibleException if no plan keeps the limits
   * @throws ProblemException if the algorithm is unknown or does not apply
   */
  public static Plan plan(Problem problem, Request request) {
    return complete(problem, request, algorithm(request.algorithm()).plan(problem, request));
  }

  /** Every algorithm, in the order of reports. */
  public static List<Algorithm> algorithms() {
    return ALGORITHMS;
  }

  /**
   * The algorithm called {@code name}.
   *
   * @throws ProblemException if there is none
   */
  public static Algorithm algorithm(String name) {
    return ALGORITHMS.stream()
        .filter(algorithm -> algorithm.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ProblemException(
                    Names.unknown(
                        "algorithm", name, ALGORITHMS.stream().map(Algorithm::name).toList())));
  }

  /**
   * The answers of all algorithms that apply and find one: valid plans by value, then the others.
   */
  public static List<Plan> compare(Problem problem, Request request) {
    List<Plan> plans = new ArrayList<>();
    for (Algorithm algorithm : ALGORITHMS) {
      if (!algorithm.name().equals(Request.AUTO) && algorithm.applies(problem, request)) {
        attempt(algorithm, problem, request).ifPresent(plans::add);
      }
    }
    plans.sort(
        Comparator.comparing((Plan plan) -> !plan.main().valid())
            .thenComparingDouble(Plan::valueMs));
    return List.copyOf(plans);
  }

  private static Optional<Plan> attempt(Algorithm algorithm, Problem problem, Request request) {
    try {
      return Optional.of(algorithm.plan(problem, request));
    } catch (InfeasibleException forbidden) {
      return Optional.empty();
    }
  }

  private static Plan complete(Problem problem, Request request, Plan plan) {
    Setup setup = Setup.of(problem, request);
    Plan beside =
        new Plan(
            plan.objective(),
            plan.algorithm(),
            plan.score(),
            plan.partitions(),
            Baselines.of(setup),
            alternatives(setup, plan),
            plan.explanation());
    List<String> sentences = new ArrayList<>(Explanation.of(setup, beside));
    sentences.addAll(plan.explanation());
    return new Plan(
        beside.objective(),
        beside.algorithm(),
        beside.score(),
        beside.partitions(),
        beside.baselinesMs(),
        beside.alternatives(),
        sentences);
  }

  private static List<Partition> alternatives(Setup setup, Plan plan) {
    if (setup.request().top() == 0) {
      return List.of();
    }
    List<int[]> seeds =
        plan.partitions().stream()
            .map(partition -> Assignment.of(setup.in().problem, partition.assignment()).toArray())
            .toList();
    return Alternatives.of(setup, setup.request().top(), seeds);
  }
}
