package org.scalpel.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * Under which conditions a run took place.
 *
 * @param resumed how many cells came from an earlier, interrupted run
 */
record RunRecord(Asked asked, Instant start, Duration duration, int resumed) {
  /**
   * What was asked for.
   *
   * @param command as the user typed it
   * @param quick whether as a rehearsal
   */
  record Asked(String command, boolean quick, long seed) {}

  /** Its file in an experiment's folder. */
  static final String FILE = "run.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A run from then until now. */
  static RunRecord untilNow(Asked asked, Instant start, int resumed) {
    return new RunRecord(asked, start, Duration.between(start, Instant.now()), resumed);
  }

  ObjectNode json(Iterable<Headline> told) {
    ObjectNode json = JSON.createObjectNode();
    json.put("schema", 1);
    json.put("command", asked.command());
    json.put("quick", asked.quick());
    json.put("seed", asked.seed());
    json.put("start", start.toString());
    json.put("duration_s", duration.toMillis() / 1000.0);
    json.put("resumed_cells", resumed);
    ObjectNode versions = json.putObject("versions");
    versions.put("scalpel", version());
    versions.put("java", Runtime.version().toString());
    versions.put("onnxruntime", ai());
    ObjectNode machine = json.putObject("machine");
    machine.put("cpu", cpu());
    machine.put("cores", Runtime.getRuntime().availableProcessors());
    machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    machine.put("load", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    ArrayNode headlines = json.putArray("headlines");
    for (Headline headline : told) {
      ObjectNode entry = headlines.addObject().put("id", headline.id());
      number(entry, "as_published", headline.asPublished());
      number(entry, "best", headline.best());
      entry.put("note", headline.note());
    }
    return json;
  }

  private static void number(ObjectNode entry, String field, double value) {
    if (Double.isFinite(value)) {
      entry.put(field, value);
    } else {
      entry.putNull(field);
    }
  }

  String line() {
    return "%s, %d cores, Java %s, ONNX Runtime %s, load %.1f at the end, seed %d, %.0f s%s"
        .formatted(
            cpu(),
            Runtime.getRuntime().availableProcessors(),
            Runtime.version().feature(),
            ai(),
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
            asked.seed(),
            duration.toMillis() / 1000.0,
            asked.quick() ? ", QUICK: a rehearsal with few repetitions" : "");
  }

  private static String version() {
    String version = RunRecord.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private static String ai() {
    try (var engine = new org.scalpel.engine.Engine(org.scalpel.engine.EngineOptions.DEFAULT)) {
      return engine.runtimeVersion();
    }
  }

  /** The processor's own name where the system tells it. */
  private static String cpu() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
        if (line.toLowerCase(Locale.ROOT).startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
    return System.getProperty("os.arch");
  }
}
