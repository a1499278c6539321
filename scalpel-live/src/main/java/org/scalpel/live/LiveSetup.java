package org.scalpel.live;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.scalpel.cost.Network;
import org.scalpel.cost.Profile;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.TensorFact;
import org.scalpel.plan.Exits;
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
 * @param exits calibrated points of a model with early exits; exits and partition are then chosen
 *     together, anew when links or machines change
 */
public record LiveSetup(
    KernelGraph kernels,
    Map<String, TensorFact> facts,
    List<Machine> tiers,
    Network network,
    Request request,
    LivePolicy policy,
    Optional<Exits> exits) {
  /** A model without exits. */
  public LiveSetup(
      KernelGraph kernels,
      Map<String, TensorFact> facts,
      List<Machine> tiers,
      Network network,
      Request request,
      LivePolicy policy) {
    this(kernels, facts, tiers, network, request, policy, Optional.empty());
  }

  /** A tier by its name in plans, and what it was measured to do. */
  public record Machine(String name, Profile profile) {}

  /** Copies. */
  public LiveSetup {
    facts = Map.copyOf(facts);
    tiers = List.copyOf(tiers);
  }

  /** The same with early exits. */
  public LiveSetup withExits(Exits calibrated) {
    return new LiveSetup(kernels, facts, tiers, network, request, policy, Optional.of(calibrated));
  }

  /** The time that the plan promises a request, where there are exits to keep it. */
  Optional<Duration> promised() {
    OptionalDouble ms = request.limits().quality().deadlineMs();
    return exits.isPresent() && ms.isPresent()
        ? Optional.of(Duration.ofNanos((long) (ms.getAsDouble() * 1e6)))
        : Optional.empty();
  }

  List<String> names() {
    return tiers.stream().map(Machine::name).toList();
  }
}
