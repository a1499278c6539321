package org.scalpel.graph;

/**
 * A model, a tensor or a cut that cannot be: the message is one line that names the file or the
 * value, the place in it and what was expected. A program that talks to people treats it as bad
 * input, never as a fault of its own.
 */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Names come from files that nobody vouches for: they must not fill a terminal. */
  private static final int MAX_LENGTH = 2000;

  /** One line: where, what, what was expected. */
  public ModelException(String message) {
    super(oneLine(message));
  }

  /** As above, with the exception that told us. */
  public ModelException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  private static String oneLine(String message) {
    String line = message.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "…";
  }
}
