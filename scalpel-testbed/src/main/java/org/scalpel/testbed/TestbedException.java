package org.scalpel.testbed;

import java.io.Serial;

/**
 * A testbed part that cannot start, or a trace that cannot be read. One line; the exit code is 2.
 */
public final class TestbedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  public TestbedException(String message) {
    super(message);
  }

  public TestbedException(String message, Throwable cause) {
    super(message, cause);
  }
}
