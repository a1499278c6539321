package org.scalpel.train;

/** Bad input of a training: one line for people. */
public final class TrainException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What was found, where, and what was expected. */
  public TrainException(String message) {
    super(message);
  }

  /** The same with what lies behind it. */
  public TrainException(String message, Throwable cause) {
    super(message, cause);
  }
}
