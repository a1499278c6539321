package org.scalpel.plan;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The planner's answer: one partition, or several with shares, with a proven lower bound beside its
 * value.
 *
 * @param objective what was minimised
 * @param algorithm what found it
 * @param score value, bound, time to solve
 * @param partitions how requests are shared out; the shares sum to 1
 * @param baselinesMs the objective's value of the simple plans; infinite where infeasible
 * @param alternatives distinct partitions, best first, when they were asked for
 * @param explanation sentences for people
 */
public record Plan(
    Objective objective,
    String algorithm,
    Score score,
    List<Partition> partitions,
    Map<String, Double> baselinesMs,
    List<Partition> alternatives,
    List<String> explanation) {

  /**
   * How good a plan is.
   *
   * @param valueMs the objective's value
   * @param boundMs a proven lower bound on any plan of that kind
   * @param solveMs the time it took
   */
  public record Score(double valueMs, double boundMs, double solveMs) {
    /** {@code value / bound - 1}, 0 when both are 0. */
    public double gap() {
      return valueMs <= boundMs ? 0 : valueMs / boundMs - 1;
    }
  }

  /** Copies the collections, keeping their order. */
  public Plan {
    partitions = List.copyOf(partitions);
    baselinesMs = Collections.unmodifiableMap(new LinkedHashMap<>(baselinesMs));
    alternatives = List.copyOf(alternatives);
    explanation = List.copyOf(explanation);
  }

  /** The objective's value. */
  public double valueMs() {
    return score.valueMs();
  }

  /** A proven lower bound. */
  public double boundMs() {
    return score.boundMs();
  }

  /** How far the value may be from the best, relative to the bound. */
  public double gap() {
    return score.gap();
  }

  /** The time to solve. */
  public double solveMs() {
    return score.solveMs();
  }

  /** The same plan with these sentences. */
  public Plan withExplanation(List<String> sentences) {
    return new Plan(objective, algorithm, score, partitions, baselinesMs, alternatives, sentences);
  }

  /** The partition that serves most requests. */
  public Partition main() {
    return partitions.stream()
        .max((left, right) -> Double.compare(left.share(), right.share()))
        .orElseThrow();
  }
}
