package org.scalpel.testbed;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A child JVM to start.
 *
 * @param name appears in messages
 * @param classPath of the child, as in {@code java -cp}
 * @param jvmOptions before the main class, for instance {@code -Xmx1g}
 * @param command main class and its arguments
 * @param ready matches the line that the child prints (either stream) when it serves; its first
 *     group is the port
 * @param startLimit how long to wait for that line
 * @param log receives all that the child prints
 */
public record TierProcessConfig(
    String name,
    String classPath,
    List<String> jvmOptions,
    List<String> command,
    Pattern ready,
    Duration startLimit,
    Path log) {

  /** Something like {@code edge ready on 127.0.0.1:8001}. */
  public static final Pattern READY = Pattern.compile("(?:ready|listening)\\b.*:(\\d{1,5})\\b");

  /** Copies the lists. */
  public TierProcessConfig {
    jvmOptions = List.copyOf(jvmOptions);
    command = List.copyOf(command);
    if (command.isEmpty()) {
      throw new TestbedException("process " + name + ": no main class given");
    }
  }

  /** This JVM's class path, the usual ready line, 30 seconds. */
  public static TierProcessConfig of(String name, List<String> command, Path log) {
    return new TierProcessConfig(
        name,
        System.getProperty("java.class.path"),
        List.of(),
        command,
        READY,
        Duration.ofSeconds(30),
        log);
  }
}
