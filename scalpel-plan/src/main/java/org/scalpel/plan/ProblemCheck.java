package org.scalpel.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The checks across the parts of a problem. */
final class ProblemCheck {
  private final List<Tier> tiers;
  private final List<PlanLayer> layers;
  private final List<PlanTensor> tensors;

  ProblemCheck(List<Tier> tiers, List<PlanLayer> layers, List<PlanTensor> tensors) {
    this.tiers = tiers;
    this.layers = layers;
    this.tensors = tensors;
  }

  void run(int links, Options options) {
    if (tiers.size() < 2) {
      throw new ProblemException("tiers: expected two or more, found " + tiers.size());
    }
    if (layers.isEmpty()) {
      throw new ProblemException("layers: expected at least one, found none");
    }
    if (links != tiers.size() - 1) {
      throw new ProblemException(
          "links: expected " + (tiers.size() - 1) + ", one between two tiers, found " + links);
    }
    Problem.distinct("tiers", tiers.stream().map(Tier::name).toList());
    Set<String> names = Problem.distinct("layers", layers.stream().map(PlanLayer::name).toList());
    Problem.distinct("tensors", tensors.stream().map(PlanTensor::name).toList());
    for (int layer = 0; layer < layers.size(); layer++) {
      layer(layer);
    }
    for (int tensor = 0; tensor < tensors.size(); tensor++) {
      tensor(tensor);
    }
    options.exits().ifPresent(exits -> exits(exits, names));
    acyclic();
  }

  private void layer(int index) {
    PlanLayer layer = layers.get(index);
    perTier(layer.computeMs().size(), false, () -> layerPlace(index) + "compute_ms");
    perTier(layer.charges().energyMj().size(), true, () -> layerPlace(index) + "energy_mj");
    perTier(layer.charges().money().size(), true, () -> layerPlace(index) + "money");
    for (int tier : layer.allowed()) {
      if (tier < 0 || tier >= tiers.size()) {
        throw new ProblemException(
            layerPlace(index)
                + "allowed: expected tiers 0 to "
                + (tiers.size() - 1)
                + ", found "
                + tier);
      }
    }
  }

  private String layerPlace(int index) {
    return "layers[" + index + "] \"" + layers.get(index).name() + "\": ";
  }

  private void perTier(int found, boolean optional, java.util.function.Supplier<String> place) {
    if (found != tiers.size() && !(optional && found == 0)) {
      throw new ProblemException(
          place.get() + ": expected " + tiers.size() + " numbers, one per tier, found " + found);
    }
  }

  private void tensor(int index) {
    PlanTensor tensor = tensors.get(index);
    if (tensor.producer() < PlanTensor.MODEL_INPUT || tensor.producer() >= layers.size()) {
      throw new ProblemException(
          tensorPlace(index) + "producer: expected a layer, found index " + tensor.producer());
    }
    for (int consumer : tensor.consumers()) {
      if (consumer < 0 || consumer >= layers.size()) {
        throw new ProblemException(
            tensorPlace(index) + "consumers: expected layers, found index " + consumer);
      }
    }
    if (!tensor.codecs().isEmpty()) {
      codecs(index);
    }
  }

  private String tensorPlace(int index) {
    return "tensors[" + index + "] \"" + tensors.get(index).name() + "\": ";
  }

  private void codecs(int index) {
    List<Codec> codecs = tensors.get(index).codecs();
    Problem.distinct(tensorPlace(index) + "codecs", codecs.stream().map(Codec::name).toList());
    for (Codec codec : codecs) {
      String place = tensorPlace(index) + "codec \"" + codec.name() + "\": ";
      perTier(codec.encodeMs().size(), true, () -> place + "encode_ms");
      perTier(codec.decodeMs().size(), true, () -> place + "decode_ms");
    }
  }

  private void exits(Exits exits, Set<String> names) {
    for (int point = 0; point < exits.points().size(); point++) {
      Exits.Point at = exits.points().get(point);
      String place = "exits.points[" + point + "]";
      if (at.thresholds().size() != exits.names().size() - 1) {
        throw new ProblemException(
            place
                + ".thresholds: expected "
                + (exits.names().size() - 1)
                + ", one for each exit but the last, found "
                + at.thresholds().size());
      }
      for (String name : at.reach().keySet()) {
        if (!names.contains(name)) {
          throw new ProblemException(place + ".reach: " + Names.unknown("layer", name, names));
        }
      }
    }
  }

  /** Refuses a cycle by Kahn's algorithm, naming a layer on it. */
  private void acyclic() {
    int[] waiting = new int[layers.size()];
    List<List<PlanTensor>> produced = new ArrayList<>();
    layers.forEach(layer -> produced.add(new ArrayList<>(1)));
    for (PlanTensor tensor : tensors) {
      if (tensor.producer() >= 0) {
        produced.get(tensor.producer()).add(tensor);
        tensor.consumers().forEach(consumer -> waiting[consumer]++);
      }
    }
    ArrayDeque<Integer> ready = new ArrayDeque<>();
    for (int layer = 0; layer < waiting.length; layer++) {
      if (waiting[layer] == 0) {
        ready.add(layer);
      }
    }
    int done = 0;
    while (!ready.isEmpty()) {
      done++;
      for (PlanTensor tensor : produced.get(ready.remove())) {
        for (int consumer : tensor.consumers()) {
          if (--waiting[consumer] == 0) {
            ready.add(consumer);
          }
        }
      }
    }
    if (done < waiting.length) {
      refuseCycle(waiting);
    }
  }

  /** Walks backwards from a layer that waits for ever, until a layer repeats: it is on a cycle. */
  private void refuseCycle(int[] waiting) {
    int[] waitsFor = new int[waiting.length];
    for (PlanTensor tensor : tensors) {
      if (tensor.producer() >= 0 && waiting[tensor.producer()] > 0) {
        tensor.consumers().forEach(consumer -> waitsFor[consumer] = tensor.producer());
      }
    }
    int at = 0;
    while (waiting[at] == 0) {
      at++;
    }
    boolean[] seen = new boolean[waiting.length];
    while (!seen[at]) {
      seen[at] = true;
      at = waitsFor[at];
    }
    throw new ProblemException(
        "tensors: expected a graph without cycles, found layer \""
            + layers.get(at).name()
            + "\" on one");
  }
}
