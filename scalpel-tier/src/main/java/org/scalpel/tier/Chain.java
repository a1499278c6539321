package org.scalpel.tier;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelGraph.KernelTensor;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Segment;
import org.scalpel.graph.Splitter;
import org.scalpel.graph.TensorFact;

/**
 * The segments of a plan and what passes between the tiers; the same on every tier, from the same
 * list of kernels.
 *
 * <pre>
 *   x ─ device ─ t2 ─ edge ─ t5 ─ cloud ─ prob      entry(1) = {t2}   results(1) = {prob}
 *         └───── t1 ───────── t1 ───┘               entry(1) has t1 too: the edge relays it
 * </pre>
 */
final class Chain {
  private final String model;
  private final String plan;
  private final List<Segment> segments;
  private final Map<String, TensorFact> facts;
  private final Set<String> modelInputs = new LinkedHashSet<>();
  private final Set<String> modelOutputs = new LinkedHashSet<>();
  private final Splitter splitter;
  private final boolean overlaps;
  private final int lastTier;
  private List<Deployment.Exit> exits = List.of();

  /** One segment per tier. */
  Chain(
      String model,
      String plan,
      KernelGraph kernels,
      int[] tierOfKernel,
      Map<String, TensorFact> facts) {
    this(model + "." + plan, kernels, facts, splitter -> splitter.segments(tierOfKernel), false);
  }

  /** The segments that the plan names, in an order in which they can run. */
  Chain(
      String model,
      String plan,
      KernelGraph kernels,
      List<Segment.Piece> pieces,
      Map<String, TensorFact> facts) {
    this(model + "." + plan, kernels, facts, splitter -> splitter.segments(pieces), true);
  }

  private Chain(
      String name,
      KernelGraph kernels,
      Map<String, TensorFact> facts,
      Function<Splitter, List<Segment>> cut,
      boolean overlaps) {
    this.model = name.substring(0, name.lastIndexOf('.'));
    this.plan = name.substring(name.lastIndexOf('.') + 1);
    this.facts = Map.copyOf(facts);
    this.overlaps = overlaps;
    OnnxModel whole = kernels.layers().model();
    this.splitter = new Splitter(whole, kernels);
    this.segments = cut.apply(splitter);
    this.lastTier = segments.stream().mapToInt(Segment::tier).max().orElse(0);
    whole.inputs().forEach(v -> modelInputs.add(v.name()));
    whole.outputs().forEach(v -> modelOutputs.add(v.name()));
    for (KernelTensor tensor : kernels.tensors()) {
      if (tensor.producer() < 0) {
        modelInputs.add(tensor.name());
      }
    }
  }

  /** With these exits, in the order of depth; set before it is used. */
  Chain leavingAt(List<Deployment.Exit> early) {
    exits = List.copyOf(early);
    return this;
  }

  /** The early exits, without the model's own end. */
  List<Deployment.Exit> exits() {
    return exits;
  }

  /**
   * Whether tensors leave as soon as they exist, instead of all together. With exits they wait: a
   * request that leaves early sends nothing.
   */
  boolean overlaps() {
    return overlaps && exits.isEmpty();
  }

  String plan() {
    return plan;
  }

  String model() {
    return model;
  }

  Splitter splitter() {
    return splitter;
  }

  /** The name under which a segment is published. */
  String name(Segment segment) {
    return model + "." + plan + "." + segment.index();
  }

  List<Segment> segmentsOf(int tier) {
    return segments.stream().filter(s -> s.tier() == tier).toList();
  }

  /** The first segment behind a tier: where a request goes on. */
  Optional<Segment> firstBeyond(int tier) {
    // Asked for every request: no stream.
    for (Segment segment : segments) {
      if (segment.tier() > tier) {
        return Optional.of(segment);
      }
    }
    return Optional.empty();
  }

  int lastTier() {
    return lastTier;
  }

  /** What must reach a tier: all that it and the tiers behind it read and do not make. */
  Map<String, TensorFact> entry(int tier) {
    Set<String> needed = new LinkedHashSet<>();
    Set<String> made = new LinkedHashSet<>();
    for (Segment segment : segments) {
      if (segment.tier() >= tier) {
        segment.inputs().stream().filter(t -> !made.contains(t)).forEach(needed::add);
        made.addAll(segment.outputs());
      }
    }
    return withFacts(needed);
  }

  /** The outputs of the model that a tier or one behind it makes. */
  Map<String, TensorFact> results(int tier) {
    List<String> made = new ArrayList<>();
    for (Segment segment : segments) {
      if (segment.tier() >= tier) {
        segment.outputs().stream().filter(modelOutputs::contains).forEach(made::add);
      }
    }
    return withFacts(made);
  }

  /** Inputs of the model that are outputs as well: they never travel. */
  Set<String> passedThrough() {
    Set<String> both = new LinkedHashSet<>(modelInputs);
    both.retainAll(modelOutputs);
    return both;
  }

  Set<String> modelOutputs() {
    return modelOutputs;
  }

  Map<String, TensorFact> inputFacts() {
    Map<String, TensorFact> inputs = new LinkedHashMap<>();
    modelInputs.stream().filter(facts::containsKey).forEach(n -> inputs.put(n, fact(n)));
    return inputs;
  }

  TensorFact fact(String tensor) {
    TensorFact fact = facts.get(tensor);
    if (fact == null) {
      throw new TierException(
          TierException.Kind.INVALID,
          "plan " + plan + " says nothing about tensor '" + tensor + "'");
    }
    return fact;
  }

  Map<String, TensorFact> facts() {
    return facts;
  }

  private Map<String, TensorFact> withFacts(Iterable<String> names) {
    Map<String, TensorFact> all = new LinkedHashMap<>();
    names.forEach(n -> all.put(n, fact(n)));
    return all;
  }
}
