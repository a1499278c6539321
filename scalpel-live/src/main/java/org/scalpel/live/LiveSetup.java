package org.scalpel.live;

import java.util.List;
import java.util.Map;
import org.scalpel.cost.Network;
import org.scalpel.cost.Profile;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.TensorFact;
import org.scalpel.plan.Request;

/**
 * What is run, and what is known about the machines beforehand.
 *
 * @param kernels of the model
 * @param facts type and shape of every tensor between kernels
 * @param tiers the machines, the device first
 * @param network the links, as named or measured beforehand; what they carry later is seen
 * @param request what to plan for
 * @param policy when to change the plan
 */
public record LiveSetup(
    KernelGraph kernels,
    Map<String, TensorFact> facts,
    List<Machine> tiers,
    Network network,
    Request request,
    LivePolicy policy) {
  /** A tier by its name in plans, and what it was measured to do. */
  public record Machine(String name, Profile profile) {}

  /** Copies. */
  public LiveSetup {
    facts = Map.copyOf(facts);
    tiers = List.copyOf(tiers);
  }

  List<String> names() {
    return tiers.stream().map(Machine::name).toList();
  }
}
