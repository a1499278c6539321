package org.scalpel.codec;

import java.io.Serial;

/** An input that cannot be decoded or encoded. The message is one line; the exit code is 2. */
public final class CodecException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  public CodecException(String message) {
    super(message);
  }

  public CodecException(String message, Throwable cause) {
    super(message, cause);
  }
}
