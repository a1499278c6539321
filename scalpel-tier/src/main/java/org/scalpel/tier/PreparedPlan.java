package org.scalpel.tier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.scalpel.control.PrepareResponse;
import org.scalpel.engine.Engine;
import org.scalpel.engine.Session;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.Segment;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.onnx.ModelProto;
import org.scalpel.tier.TierException.Kind;

/**
 * One tier's part of a plan: its segments, open and warm. Requests hold it while they run; a plan
 * that is forgotten closes when the last of them is done.
 */
final class PreparedPlan {
  private final Chain chain;
  private final int tier;
  private final Map<String, Deployment.Encoding> planned;
  private volatile Map<String, Deployment.Encoding> encodings;
  private final Map<String, Preprocessing.Fit> fits;
  private final List<Part> parts;
  private final ExitGates gates;
  private final Map<String, TensorFact> entry;
  private final Map<String, TensorFact> onward;
  private final Map<String, TensorFact> resultsBeyond;
  private final Set<String> ownResults = new LinkedHashSet<>();
  private final Set<String> results = new LinkedHashSet<>();
  private final long bytes;
  private final AtomicLong requests = new AtomicLong();
  private final UsualTime usual = new UsualTime();
  // Users plus one while it is not forgotten.
  private final AtomicInteger holds = new AtomicInteger(1);
  private final AtomicInteger forgotten = new AtomicInteger();

  /** A segment of this tier and its session. */
  record Part(String name, Segment segment, Session session, long bytes) {}

  private PreparedPlan(
      Chain chain,
      int tier,
      Map<String, Deployment.Encoding> encodings,
      Map<String, Preprocessing.Fit> fits,
      List<Part> parts) {
    this.chain = chain;
    this.tier = tier;
    this.planned = Map.copyOf(encodings);
    this.encodings = this.planned;
    this.fits = Map.copyOf(fits);
    this.parts = List.copyOf(parts);
    this.gates = new ExitGates(chain.exits(), this.parts);
    this.bytes = parts.stream().mapToLong(Part::bytes).sum();
    this.entry = chain.entry(tier);
    this.onward = chain.entry(tier + 1);
    this.resultsBeyond = chain.results(tier + 1);
    for (Part part : parts) {
      part.segment.outputs().stream()
          .filter(chain.modelOutputs()::contains)
          .forEach(ownResults::add);
    }
    results.addAll(ownResults);
    results.addAll(resultsBeyond.keySet());
  }

  /** Extracts, opens and runs once every segment of a tier. */
  static PreparedPlan open(
      Chain chain,
      int tier,
      Map<String, Deployment.Encoding> encodings,
      OnnxModel whole,
      Engine engine) {
    List<Part> parts = new ArrayList<>();
    try {
      for (Segment segment : chain.segmentsOf(tier)) {
        Map<String, String> metadata =
            Map.of(
                "scalpel_plan", chain.plan(), "scalpel_segment", String.valueOf(segment.index()));
        ModelProto model = chain.splitter().extract(segment, chain.facts(), metadata);
        String name = chain.name(segment);
        Session session = engine.open(model, whole.folder(), name);
        Part part = new Part(name, segment, session, model.getSerializedSize());
        parts.add(part);
        part.session.recycle(part.session.run(zeros(part.session, chain)));
      }
    } catch (RuntimeException e) {
      parts.forEach(p -> p.session.close());
      throw e;
    }
    return new PreparedPlan(chain, tier, encodings, InputImages.fits(whole), parts);
  }

  private static Map<String, TensorData> zeros(Session session, Chain chain) {
    Map<String, TensorData> inputs = new HashMap<>();
    for (OnnxModel.Value value : session.inputs()) {
      TensorFact fact = chain.fact(value.name());
      inputs.put(value.name(), new TensorData(fact, TensorData.allocate(fact)));
    }
    return inputs;
  }

  Chain chain() {
    return chain;
  }

  int tier() {
    return tier;
  }

  /** What the tier behind reads: the rest of the plan's codecs is not used towards it. */
  void nextTakes(PrepareResponse behind) {
    if (behind.getTiersCount() == 0) {
      return;
    }
    List<String> taken = behind.getTiers(0).getInputEncodingsList();
    Map<String, Deployment.Encoding> used = new HashMap<>(planned);
    if (used.values().removeIf(encoding -> !taken.contains(encoding.codec()))) {
      org.slf4j.LoggerFactory.getLogger(PreparedPlan.class)
          .info(
              "plan {}: tier '{}' reads {} only, other tensors travel as they are",
              chain.plan(),
              behind.getTiers(0).getName(),
              taken);
    }
    encodings = Map.copyOf(used);
  }

  /** In what this tier encodes tensors before it sends them on. */
  Map<String, Deployment.Encoding> encodings() {
    return encodings;
  }

  /** How pictures of another size are brought to that of an input, where the model declares it. */
  Map<String, Preprocessing.Fit> fits() {
    return fits;
  }

  List<Part> parts() {
    return parts;
  }

  /** The early exits that stand here. */
  ExitGates gates() {
    return gates;
  }

  /** What a request that goes on along the chain must bring. */
  Map<String, TensorFact> entry() {
    return entry;
  }

  /** What goes to the next tier; empty is possible when nothing but constants is beyond. */
  Map<String, TensorFact> onward() {
    return onward;
  }

  boolean goesOn() {
    return tier < chain.lastTier();
  }

  /** Outputs of the model that come back from the tiers behind. */
  Map<String, TensorFact> resultsBeyond() {
    return resultsBeyond;
  }

  /** Outputs of the model that this tier makes. */
  Set<String> ownResults() {
    return ownResults;
  }

  /** What a request that goes on along the chain is answered: outputs from here on. */
  Set<String> results() {
    return results;
  }

  long bytes() {
    return bytes;
  }

  long requests() {
    return requests.get();
  }

  /** Runs the parts one after the other; what they make joins what is carried. */
  Map<Session, Map<String, TensorData>> run(List<Part> some, Carried carried) {
    Map<Session, Map<String, TensorData>> made = new LinkedHashMap<>();
    for (Part part : some) {
      Map<String, TensorData> inputs = new HashMap<>();
      for (OnnxModel.Value value : part.session.inputs()) {
        inputs.put(value.name(), carried.tensor(value.name()));
      }
      Map<String, TensorData> outputs = part.session.run(inputs);
      made.put(part.session, outputs);
      carried.putAll(outputs);
    }
    return made;
  }

  /** What a run of all parts takes on this tier. */
  UsualTime usual() {
    return usual;
  }

  /** Takes the plan for one request. */
  void hold() {
    keep();
    requests.incrementAndGet();
  }

  /** Keeps the sessions open until {@link #release}. */
  void keep() {
    for (int now = holds.get(); ; now = holds.get()) {
      if (now == 0) {
        throw new TierException(Kind.NOT_FOUND, "plan " + chain.plan() + " was retired");
      }
      if (holds.compareAndSet(now, now + 1)) {
        return;
      }
    }
  }

  void release() {
    if (holds.decrementAndGet() == 0) {
      parts.forEach(p -> p.session.close());
    }
  }

  /** Closes the sessions when no request uses them any more. */
  void forget() {
    if (forgotten.getAndSet(1) == 0) {
      release();
    }
  }
}
