package org.scalpel.cost;

/**
 * A profile or a network is malformed, or does not belong to the model. The message is one line:
 * where, what, what was expected.
 */
public final class ProfileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** One line: where, what, what was expected. */
  public ProfileException(String message) {
    super(message);
  }

  /** As above, with the exception that told us. */
  public ProfileException(String message, Throwable cause) {
    super(message, cause);
  }
}
