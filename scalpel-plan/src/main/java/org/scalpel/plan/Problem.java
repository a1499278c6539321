package org.scalpel.plan;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A partition problem: tiers in a row, links between them, and a graph of layers and tensors with
 * what each costs everywhere. Immutable; a value that exists is valid.
 *
 * @param name for reports
 * @param tiers two or more, from where the input is to the most remote
 * @param layers in any order
 * @param tensors in any order; they refer to layers by index
 * @param links {@code links[k]} joins tier k and k+1
 * @param options weights, exits, where results are wanted
 */
public record Problem(
    String name,
    List<Tier> tiers,
    List<PlanLayer> layers,
    List<PlanTensor> tensors,
    List<Link> links,
    Options options) {

  /**
   * Copies the lists and checks that the parts fit together.
   *
   * @throws ProblemException if they do not, naming the place
   */
  public Problem {
    tiers = List.copyOf(tiers);
    layers = List.copyOf(layers);
    tensors = List.copyOf(tensors);
    links = List.copyOf(links);
    new ProblemCheck(tiers, layers, tensors).run(links.size(), options);
  }

  /** A problem with no optional parts. */
  public static Problem of(
      String name,
      List<Tier> tiers,
      List<PlanLayer> layers,
      List<PlanTensor> tensors,
      List<Link> links) {
    return new Problem(name, tiers, layers, tensors, links, Options.DEFAULT);
  }

  /** The same problem over other links. */
  public Problem withLinks(List<Link> other) {
    return new Problem(name, tiers, layers, tensors, other, options);
  }

  /** The same problem with other layers (same count, same order). */
  public Problem withLayers(List<PlanLayer> other) {
    return new Problem(name, tiers, other, tensors, links, options);
  }

  /** The same problem with other tensors, which refer to the same layers. */
  public Problem withTensors(List<PlanTensor> other) {
    return new Problem(name, tiers, layers, other, links, options);
  }

  /** The same problem with every tensor sent in the first of its ways, as it is. */
  public Problem withoutCodecs() {
    return withTensors(
        tensors.stream().map(tensor -> tensor.withCodecs(tensor.ways().subList(0, 1))).toList());
  }

  /** The same problem with other options. */
  public Problem withOptions(Options other) {
    return new Problem(name, tiers, layers, tensors, links, other);
  }

  /**
   * The index of the tier called {@code tierName}.
   *
   * @throws ProblemException if there is none
   */
  public int tierIndex(String tierName) {
    for (int tier = 0; tier < tiers.size(); tier++) {
      if (tiers.get(tier).name().equals(tierName)) {
        return tier;
      }
    }
    throw new ProblemException(
        Names.unknown("tier", tierName, tiers.stream().map(Tier::name).toList()));
  }

  /**
   * The index of the layer called {@code layerName}.
   *
   * @throws ProblemException if there is none
   */
  public int layerIndex(String layerName) {
    for (int layer = 0; layer < layers.size(); layer++) {
      if (layers.get(layer).name().equals(layerName)) {
        return layer;
      }
    }
    throw new ProblemException(
        Names.unknown("layer", layerName, layers.stream().map(PlanLayer::name).toList()));
  }

  /** The name of the link from {@code tier} to {@code tier + 1}, as in "device->edge". */
  public String upName(int tier) {
    return tiers.get(tier).name() + "->" + tiers.get(tier + 1).name();
  }

  /** The name of the link from {@code tier + 1} back to {@code tier}, as in "edge->device". */
  public String downName(int tier) {
    return tiers.get(tier + 1).name() + "->" + tiers.get(tier).name();
  }

  static Set<String> distinct(String what, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      if (!seen.add(names.get(i))) {
        throw new ProblemException(
            what + "[" + i + "] \"" + names.get(i) + "\": expected a new name, found it twice");
      }
    }
    return seen;
  }
}
