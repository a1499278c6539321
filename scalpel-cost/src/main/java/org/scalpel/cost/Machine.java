package org.scalpel.cost;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Says in words what machine this is. */
public final class Machine {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Machine() {}

  /** Processor, architecture, system and Java of this machine, on one line. */
  public static String description() {
    return String.join(
        ", ",
        processor(),
        System.getProperty("os.arch", "?"),
        System.getProperty("os.name", "?") + " " + System.getProperty("os.version", "?"),
        "Java " + System.getProperty("java.version", "?"));
  }

  private static String processor() {
    if (!Files.isReadable(CPU_INFO)) {
      return "unknown processor";
    }
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(l -> l.startsWith("model name"))
          .map(l -> l.substring(l.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown processor");
    } catch (IOException e) {
      return "unknown processor";
    }
  }
}
