package org.scalpel.testbed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measured bandwidth over time: a step function that starts again at its end.
 *
 * @param name where it comes from
 * @param steps in order of time, at least one
 */
public record Trace(String name, List<Step> steps) {
  private static final long MAX_FILE_BYTES = 32L << 20;
  private static final int MAX_STEPS = 1_000_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One step.
   *
   * @param durationMs how long it holds, above 0
   * @param mbps rate during the step, 0 = nothing passes
   * @param latencyMs latency that the log states, or 0
   */
  public record Step(double durationMs, double mbps, double latencyMs) {
    /** Checks the ranges. */
    public Step {
      if (!(durationMs > 0 && durationMs <= 86_400_000)) {
        throw new TestbedException("duration " + durationMs + " ms: expected above 0, up to a day");
      }
      if (!(mbps >= 0 && mbps <= 1_000_000)) {
        throw new TestbedException("rate " + mbps + " Mbps: expected 0…1000000");
      }
      if (!(latencyMs >= 0 && latencyMs <= 60_000)) {
        throw new TestbedException("latency " + latencyMs + " ms: expected 0…60000");
      }
    }
  }

  /** Copies. */
  public Trace {
    steps = List.copyOf(steps);
    if (steps.isEmpty() || steps.size() > MAX_STEPS) {
      throw new TestbedException(
          "trace %s has %d steps: expected 1…%d".formatted(name, steps.size(), MAX_STEPS));
    }
  }

  /**
   * Reads a log in either of the usual forms: a JSON array of {@code {"duration_ms",
   * "bandwidth_kbps", "latency_ms"}}, or text lines of a time in seconds and a rate in Mbps.
   *
   * @throws TestbedException naming file and place if it is neither
   */
  public static Trace read(Path file) {
    String name = String.valueOf(file.getFileName());
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new TestbedException("expected at most " + MAX_FILE_BYTES + " bytes");
      }
      String text = Files.readString(file);
      return new Trace(name, text.stripLeading().startsWith("[") ? json(text) : lines(text));
    } catch (IOException e) {
      throw new TestbedException("cannot read trace " + file + ": " + e.getMessage(), e);
    } catch (TestbedException e) {
      throw new TestbedException("trace " + file + ": " + e.getMessage(), e);
    }
  }

  /** Length of one round in milliseconds. */
  public double durationMs() {
    return steps.stream().mapToDouble(Step::durationMs).sum();
  }

  /** The step in force so long after the start; after the end it starts again. */
  public Step at(double elapsedMs) {
    return steps.get(indexAt(elapsedMs));
  }

  /** Mean rate over time. */
  public double meanMbps() {
    return steps.stream().mapToDouble(s -> s.mbps() * s.durationMs()).sum() / durationMs();
  }

  int indexAt(double elapsedMs) {
    double left = elapsedMs % durationMs();
    for (int i = 0; i < steps.size(); i++) {
      left -= steps.get(i).durationMs();
      if (left < 0) {
        return i;
      }
    }
    return steps.size() - 1;
  }

  private static List<Step> json(String text) {
    JsonNode array;
    try {
      array = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new TestbedException(
          "line %d is not JSON: %s".formatted(e.getLocation().getLineNr(), e.getOriginalMessage()),
          e);
    }
    List<Step> steps = new ArrayList<>();
    for (JsonNode node : array) {
      String place = "step " + steps.size() + ": ";
      double kbps = number(node, "bandwidth_kbps", place);
      double latency = node.has("latency_ms") ? number(node, "latency_ms", place) : 0;
      steps.add(step(place, number(node, "duration_ms", place), kbps / 1000, latency));
    }
    return steps;
  }

  private static double number(JsonNode step, String field, String place) {
    JsonNode value = step.path(field);
    if (!value.isNumber()) {
      throw new TestbedException(place + "expected a number in \"" + field + "\"");
    }
    return value.doubleValue();
  }

  /** The last line holds as long as the one before it. */
  private static List<Step> lines(String text) {
    List<double[]> rows = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      if (!line.isBlank()) {
        rows.add(row(line.strip(), "line " + number + ": "));
      }
    }
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      int next = Math.min(i + 1, rows.size() - 1);
      double seconds =
          rows.size() == 1 ? 1 : rows.get(next)[0] - rows.get(Math.max(0, next - 1))[0];
      steps.add(step("entry " + (i + 1) + ": ", seconds * 1000, rows.get(i)[1], 0));
    }
    return steps;
  }

  private static double[] row(String line, String place) {
    String[] fields = line.split("\\s+", -1);
    try {
      if (fields.length == 2) {
        return new double[] {Double.parseDouble(fields[0]), Double.parseDouble(fields[1])};
      }
    } catch (NumberFormatException e) {
      throw new TestbedException(place + "expected two numbers, got \"" + shorten(line) + '"', e);
    }
    throw new TestbedException(place + "expected \"seconds Mbps\", got \"" + shorten(line) + '"');
  }

  private static String shorten(String line) {
    return line.length() <= 40 ? line : line.substring(0, 40) + "…";
  }

  private static Step step(String place, double durationMs, double mbps, double latencyMs) {
    try {
      return new Step(durationMs, mbps, latencyMs);
    } catch (TestbedException e) {
      throw new TestbedException(place + e.getMessage(), e);
    }
  }
}
