package org.scalpel.tier;

import java.util.ArrayList;
import java.util.List;

/** The early exits whose heads stand on one tier of a plan, in the order of depth. */
final class ExitGates {
  /** One exit, the session that makes its output, and what going on from it takes. */
  record Gate(Deployment.Exit exit, PreparedPlan.Part part, Remaining remaining) {}

  private final List<Gate> gates;

  ExitGates(List<Deployment.Exit> exits, List<PreparedPlan.Part> parts) {
    List<Gate> here = new ArrayList<>();
    for (Deployment.Exit exit : exits) {
      parts.stream()
          .filter(part -> part.segment().outputs().contains(exit.output()))
          .findFirst()
          .ifPresent(part -> here.add(new Gate(exit, part, new Remaining())));
    }
    this.gates = List.copyOf(here);
  }

  /** What a plan predicts for all behind this tier. */
  void expect(long ns) {
    gates.forEach(gate -> gate.remaining().expect(ns));
  }

  boolean isEmpty() {
    return gates.isEmpty();
  }

  /** One request comes. */
  Passage enter(Carried carried, Deadline deadline) {
    return gates.isEmpty() ? Passage.OPEN : new Passage(gates, carried, deadline);
  }
}
