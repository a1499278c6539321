package org.scalpel.testbed;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A child JVM to start.
 *
 * @param name appears in messages
 * @param java what to start
 * @param ready matches the line that the child prints (to either stream) when it serves; its first
 *     group is the port
 * @param startLimit how long to wait for that line
 * @param log receives all that the child prints
 */
public record TierProcessConfig(
    String name, JavaCommand java, Pattern ready, Duration startLimit, Path log) {

  /** Something like {@code edge ready on 127.0.0.1:8001}. */
  public static final Pattern READY = Pattern.compile("(?:ready|listening)\\b.*:(\\d{1,5})\\b");

  /** Checks that the port can be read from the ready line. */
  public TierProcessConfig {
    if (ready.matcher("").groupCount() < 1) {
      throw new TestbedException(
          "process " + name + ": the ready pattern " + ready + " has no group for the port");
    }
  }

  /** The usual ready line, 30 seconds. */
  public static TierProcessConfig of(String name, JavaCommand java, Path log) {
    return new TierProcessConfig(name, java, READY, Duration.ofSeconds(30), log);
  }
}
