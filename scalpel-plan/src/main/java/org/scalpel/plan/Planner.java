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
   * The plan that {@code request} asks for, with baselines and alternatives.
   *
   * @throws InfeasibleException if no plan keeps the limits
   * @throws ProblemException if the algorithm is unknown or does not apply
   */
  public static Plan plan(Problem problem, Request request) {
    Algorithm algorithm = algorithm(request.algorithm());
    try {
      return complete(problem, request, algorithm.plan(problem, request));
    } catch (InfeasibleException clash) {
      throw Clash.explained(problem, request, clash);
    }
  }

  /**
   * Plans a small built-in problem a few times as {@code request} asks, so that the next plan's
   * {@link Plan#solveMs} is the time of the search and not of loading classes and libraries.
   */
  public static void rehearse(Request request) {
    Rehearsal.run(request);
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
   * The answers of all algorithms: valid plans by value, then plans that are not valid, then the
   * algorithms that have none, with the reason.
   */
  public static List<Compared> compareAll(Problem problem, Request request) {
    List<Compared> answers = new ArrayList<>();
    for (Algorithm algorithm : ALGORITHMS) {
      if (!algorithm.name().equals(Request.AUTO)) {
        answers.add(attempt(algorithm, problem, request));
      }
    }
    answers.sort(
        Comparator.comparing((Compared answer) -> answer.plan().isEmpty())
            .thenComparing(answer -> answer.plan().filter(Planner::isValid).isEmpty())
            .thenComparingDouble(answer -> answer.plan().map(Plan::valueMs).orElse(0.0)));
    return List.copyOf(answers);
  }

  /**
   * The answer of one algorithm, or why it has none.
   *
   * @throws ProblemException if there is no such algorithm
   */
  public static Compared compareOne(Problem problem, Request request, String algorithm) {
    return attempt(algorithm(algorithm), problem, request);
  }

  /**
   * The answers of all algorithms that apply and find one: valid plans by value, then the others.
   */
  public static List<Plan> compare(Problem problem, Request request) {
    return compareAll(problem, request).stream().flatMap(answer -> answer.plan().stream()).toList();
  }

  private static boolean isValid(Plan plan) {
    return plan.partitions().stream().allMatch(Partition::valid);
  }

  private static Compared attempt(Algorithm algorithm, Problem problem, Request request) {
    String reason;
    try {
      if (algorithm.applies(problem, request.withLimits(request.limits().withoutGoals()))) {
        return new Compared(algorithm.name(), Optional.of(algorithm.plan(problem, request)), "");
      }
      algorithm.plan(problem, request);
      reason = "does not apply";
    } catch (InfeasibleException | ProblemException refused) {
      reason = String.valueOf(refused.getMessage());
    }
    String prefix = algorithm.name() + ": ";
    return new Compared(
        algorithm.name(),
        Optional.empty(),
        reason.startsWith(prefix) ? reason.substring(prefix.length()) : reason);
  }

  private static Plan complete(Problem problem, Request request, Plan plan) {
    Problem seen = ExitFrontier.chosen(problem, plan.main(), request.limits().quality().tail());
    Setup setup = Setup.of(seen, ExitSearch.searched(seen, request));
    return new Plan(
        plan.objective(),
        plan.algorithm(),
        plan.score(),
        plan.partitions(),
        Baselines.of(setup),
        alternatives(setup, plan),
        plan.explanation());
  }

  /**
   * {@code plan} with sentences on where things run, what limits it, what else was possible, and
   * what would have to change for another plan to be best. Solves more problems, so it takes longer
   * than the plan itself.
   */
  public static Plan explain(Problem problem, Request request, Plan plan) {
    Problem seen = ExitFrontier.chosen(problem, plan.main(), request.limits().quality().tail());
    List<String> sentences =
        new ArrayList<>(Explanation.of(Setup.of(seen, ExitSearch.searched(seen, request)), plan));
    sentences.addAll(plan.explanation());
    return plan.withExplanation(sentences);
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
