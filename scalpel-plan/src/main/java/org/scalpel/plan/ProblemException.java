package org.scalpel.plan;

/** A problem, a plan or a request that makes no sense; the message is one line for the user. */
public final class ProblemException extends RuntimeException {
  /** A fault described by {@code message}: the place, the value found, what was expected. */
  public ProblemException(String message) {
    super(message);
  }
}
