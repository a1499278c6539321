package org.scalpel.plan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Texts that tests read. */
final class Examples {
  private Examples() {}

  static String text(String name) {
    try (InputStream stream = Examples.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException(name + " is missing");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  static Problem example() {
    return ProblemJson.read(text("example-problem.json"), "example-problem.json");
  }
}
