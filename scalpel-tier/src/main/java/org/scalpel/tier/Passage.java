package org.scalpel.tier;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.scalpel.graph.TensorData;
import org.scalpel.tier.ExitTaken.Reason;

/**
 * One request's way past the exits of one tier: whether it leaves, and the best answer so far for
 * when it cannot go on. Used by one thread at a time.
 */
final class Passage {
  /** The way past no exits. */
  static final Passage OPEN =
      new Passage(List.of(), new Carried(java.util.Map.of()), new Deadline(0));

  // What it takes to hand out the answer that is here.
  private static final long MARGIN_NS = TimeUnit.MILLISECONDS.toNanos(2);

  private final List<ExitGates.Gate> gates;
  private final Carried carried;
  private final Deadline deadline;
  private final long[] seenAt;
  private int deepest = -1;
  private Optional<ExitTaken> best = Optional.empty();
  private Optional<ExitTaken> left = Optional.empty();

  Passage(List<ExitGates.Gate> gates, Carried carried, Deadline deadline) {
    this.gates = gates;
    this.carried = carried;
    this.deadline = deadline;
    this.seenAt = new long[gates.size()];
  }

  boolean isOpen() {
    return gates.isEmpty();
  }

  /** Looks at the exits of a session that was just run; whether the request leaves there. */
  boolean ends(PreparedPlan.Part part) {
    boolean late = false;
    // Closed exits may come behind deeper ones: nobody waits for them.
    for (int gate = 0; gate < gates.size(); gate++) {
      if (gates.get(gate).part().equals(part)) {
        ExitTaken here = look(gate);
        if (here.confidence() >= gates.get(gate).exit().threshold()) {
          left = Optional.of(here);
          return true;
        }
        late = !gates.get(gate).remaining().fits(deadline.leftNanos() - MARGIN_NS);
      }
    }
    if (late) {
      left = best.map(taken -> taken.because(Reason.DEADLINE));
    }
    return late;
  }

  private ExitTaken look(int gate) {
    Deployment.Exit exit = gates.get(gate).exit();
    seenAt[gate] = System.nanoTime();
    TensorData probabilities = carried.tensor(exit.output());
    ExitTaken here = new ExitTaken(exit.name(), exit.confidence(probabilities), Reason.SURE);
    if (gate > deepest) {
      deepest = gate;
      best = Optional.of(here);
    }
    return here;
  }

  /** Where the request left, if it did. */
  Optional<ExitTaken> left() {
    return left;
  }

  /** How long the tiers behind may take: no longer than that the best answer is still in time. */
  Deadline onward(Deadline whole) {
    return best.isPresent() ? new Deadline(whole.atNanos() - MARGIN_NS) : whole;
  }

  /** The tiers behind have answered. */
  void wentOn() {
    long now = System.nanoTime();
    for (int gate = 0; gate < seenAt.length; gate++) {
      if (seenAt[gate] != 0) {
        gates.get(gate).remaining().took(now - seenAt[gate]);
      }
    }
  }

  /** The best answer so far, if there is one and the fault is of those that it makes up for. */
  Optional<ExitTaken> insteadOf(Throwable fault) {
    if (best.isEmpty() || !(InferCalls.cause(fault) instanceof TierException e)) {
      return Optional.empty();
    }
    return switch (e.kind()) {
      case UNREACHABLE, LOST, OVERLOADED, PROTOCOL -> best.map(taken -> taken.because(Reason.LOST));
      case NOT_FOUND -> best.map(taken -> taken.because(Reason.FORGOTTEN));
      case DEADLINE -> {
        long now = System.nanoTime();
        for (int gate = 0; gate < seenAt.length; gate++) {
          if (seenAt[gate] != 0) {
            gates.get(gate).remaining().tookMoreThan(now - seenAt[gate]);
          }
        }
        yield best.map(taken -> taken.because(Reason.DEADLINE));
      }
      case INVALID, DENIED, INTERNAL -> Optional.empty();
    };
  }
}
