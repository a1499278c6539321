package org.scalpel.plan;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where each layer runs, by index: layer {@code i} of the problem on tier {@link #tier(int)}.
 * Immutable. It may be any assignment; {@link Cost#violations} tells whether it keeps the order of
 * tiers.
 */
public final class Assignment {
  private final int[] tiers;

  private Assignment(int[] tiers) {
    this.tiers = tiers;
  }

  /** Layer {@code i} on tier {@code tiers[i]}. */
  public static Assignment of(int... tiers) {
    return new Assignment(tiers.clone());
  }

  /** Every layer of {@code problem} on one tier. */
  public static Assignment all(Problem problem, int tier) {
    int[] tiers = new int[problem.layers().size()];
    Arrays.fill(tiers, tier);
    return new Assignment(tiers);
  }

  /**
   * The assignment that names give: layer → tier, every layer of {@code problem} once.
   *
   * @throws ProblemException if a name is unknown or a layer is missing
   */
  public static Assignment of(Problem problem, Map<String, String> byName) {
    int[] tiers = new int[problem.layers().size()];
    int found = 0;
    for (int layer = 0; layer < tiers.length; layer++) {
      String tier = byName.get(problem.layers().get(layer).name());
      if (tier == null) {
        throw new ProblemException(
            "assignment: expected a tier for layer \"" + problem.layers().get(layer).name() + "\"");
      }
      tiers[layer] = problem.tierIndex(tier);
      found++;
    }
    if (found < byName.size()) {
      byName.keySet().forEach(problem::layerIndex);
    }
    return new Assignment(tiers);
  }

  /** How many layers. */
  public int size() {
    return tiers.length;
  }

  /** The tier of a layer. */
  public int tier(int layer) {
    return tiers[layer];
  }

  /** A copy as an array, indexed by layer. */
  public int[] toArray() {
    return tiers.clone();
  }

  /** How many layers run beyond tier 0. */
  public int remoteLayers() {
    return (int) Arrays.stream(tiers).filter(tier -> tier > 0).count();
  }

  /** Layer name → tier name, in the problem's order. */
  public Map<String, String> names(Problem problem) {
    Map<String, String> names = new LinkedHashMap<>(tiers.length * 2);
    for (int layer = 0; layer < tiers.length; layer++) {
      names.put(problem.layers().get(layer).name(), problem.tiers().get(tiers[layer]).name());
    }
    return names;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Assignment that && Arrays.equals(tiers, that.tiers);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(tiers);
  }

  @Override
  public String toString() {
    return Arrays.toString(tiers);
  }
}
