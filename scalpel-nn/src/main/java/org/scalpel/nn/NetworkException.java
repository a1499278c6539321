package org.scalpel.nn;

/** A network or its examples are not what they must be; the message is one line. */
public final class NetworkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message that says what was found and what was expected. */
  public NetworkException(String message) {
    super(message);
  }
}
