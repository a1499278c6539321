package org.scalpel.engine;

/**
 * The runtime refuses a model, an input does not fit the model, or a run was stopped. The message
 * is one line: what, where, what was expected.
 */
public final class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** One line: where, what, what was expected. */
  public EngineException(String message) {
    super(message);
  }

  /** As above, with the exception that told us. */
  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
