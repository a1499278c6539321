package org.scalpel.examples;

import java.util.Optional;
import org.scalpel.codec.Image;

/** A video that can be played again and again. */
interface Clip {
  /** For people. */
  String name();

  /** Frames per second. */
  double rate();

  /** How many frames it has, as far as that is known. */
  int frames();

  /** From the first frame on. */
  Frames play();

  /** One run through the frames; not thread-safe. */
  interface Frames extends AutoCloseable {
    /** The next frame, if there is one. */
    Optional<Image> next();

    @Override
    void close();
  }
}
