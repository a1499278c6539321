package org.scalpel.plan;

/** No plan satisfies the constraints; the message names the constraints that clash. */
public final class InfeasibleException extends RuntimeException {
  /** Infeasible because of what {@code message} says. */
  public InfeasibleException(String message) {
    super(message);
  }
}
