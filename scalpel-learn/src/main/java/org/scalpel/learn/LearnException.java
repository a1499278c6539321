package org.scalpel.learn;

/**
 * A data set or a predictor is malformed, or a measurement is not possible here. The message is one
 * line: where, what, what was expected.
 */
public class LearnException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** One line: where, what, what was expected. */
  public LearnException(String message) {
    super(message);
  }

  /** As above, with the exception that told us. */
  public LearnException(String message, Throwable cause) {
    super(message, cause);
  }
}
