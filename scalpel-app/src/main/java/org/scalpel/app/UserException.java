package org.scalpel.app;

import java.io.Serial;

/** Bad usage or bad input that the command line itself finds: one line, exit code 2. */
public final class UserException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  /** A fault described by {@code message}: the file, the place in it, what was expected. */
  public UserException(String message) {
    super(message);
  }

  /** The same, caused by {@code cause}. */
  public UserException(String message, Throwable cause) {
    super(message, cause);
  }
}
