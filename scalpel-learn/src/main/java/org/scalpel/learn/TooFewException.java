package org.scalpel.learn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Too few samples can be used. */
final class TooFewException extends LearnException {
  private static final long serialVersionUID = 1L;

  TooFewException(String message) {
    super(message);
  }

  /** Without a file that was begun: with it, better samples of the same names would be refused. */
  TooFewException without(Path begun) {
    try {
      Files.deleteIfExists(begun);
    } catch (IOException e) {
      addSuppressed(e);
    }
    return this;
  }
}
