package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.scalpel.cost.Stat;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.TensorData;
import org.scalpel.live.Switch;
import org.scalpel.plan.Partition;
import org.scalpel.plan.PlanJson;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Stage;

/**
 * What came of the requests.
 *
 * @param dropped requests of a live source that were given up for newer ones
 */
record RunResult(List<Execution> executions, List<Throwable> faults, long dropped, double seconds) {
  private static final int VALUES_SHOWN = 8;
  private static final double[] QUANTILES = {0.5, 0.95, 0.99};

  int exitCode() {
    return faults.isEmpty() ? Verb.OK : Faults.exitCode(faults.get(0));
  }

  long sent() {
    return executions.size() + faults.size() + dropped;
  }

  private List<Double> times() {
    return executions.stream().map(Execution::totalMs).toList();
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d %s, %d answered, %d failed%s, %.2f per second"
            .formatted(
                sent(),
                sent() == 1 ? "request" : "requests",
                executions.size(),
                faults.size(),
                dropped == 0 ? "" : ", " + dropped + " dropped",
                executions.size() / seconds));
    faults.stream().limit(1).forEach(fault -> lines.add("first fault: " + Faults.line(fault)));
    if (!executions.isEmpty()) {
      lines.add(
          "latency p50 %s, p95 %s, p99 %s"
              .formatted(
                  Units.ms(Stat.quantile(times(), QUANTILES[0])),
                  Units.ms(Stat.quantile(times(), QUANTILES[1])),
                  Units.ms(Stat.quantile(times(), QUANTILES[2]))));
      lines.addAll(ExitCounts.of(executions).lines());
      lines.add("");
      lines.addAll(stages().lines());
      lines.add("");
      sorted(executions.get(0)).forEach((name, data) -> lines.add(shown(name, data)));
    }
    return lines;
  }

  private TextTable stages() {
    TextTable table =
        new TextTable("stage", "predicted", "measured (median)", "of it codecs", "bytes");
    Map<String, List<Stage>> byName = new LinkedHashMap<>();
    for (Execution execution : executions) {
      for (Stage stage : execution.stages()) {
        byName.computeIfAbsent(stage.name(), any -> new ArrayList<>()).add(stage);
      }
    }
    byName.forEach(
        (name, list) -> {
          OptionalDouble predicted = list.get(0).predictedMs();
          table.row(
              name,
              predicted.isPresent() ? Units.ms(predicted.getAsDouble()) : "–",
              Units.ms(Stat.quantile(list.stream().map(Stage::measuredMs).toList(), 0.5)),
              codecs(list),
              list.get(0).bytes() == 0 ? "–" : Units.bytes(list.get(0).bytes()));
        });
    return table;
  }

  private static String codecs(List<Stage> stages) {
    double ms = Stat.quantile(stages.stream().map(Stage::codecMs).toList(), 0.5);
    return ms == 0 ? "–" : Units.ms(ms);
  }

  /** By name, so that two runs show and save the same. */
  private static Map<String, TensorData> sorted(Execution execution) {
    return new TreeMap<>(execution.outputs());
  }

  private static String shown(String name, TensorData data) {
    double[] values = Numbers.of(data);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(VALUES_SHOWN, values.length); i++) {
      text.append(i == 0 ? "" : ", ").append(shown(values[i], data.fact().type()));
    }
    String more = values.length > VALUES_SHOWN ? ", …" : "";
    int top = Numbers.argmax(values);
    return "%s %s: %s%s (largest at %d)".formatted(name, data.fact(), text, more, top);
  }

  private static String shown(double value, ElementType type) {
    return switch (type) {
      case FLOAT32, FLOAT64, FLOAT16, BFLOAT16 -> String.format(Locale.ROOT, "%.5g", value);
      default -> String.format(Locale.ROOT, "%.0f", value);
    };
  }

  /**
   * The document of the run.
   *
   * @param used the partitions that were used at the end
   * @param switches of the plan, oldest first
   */
  ObjectNode json(List<Partition> used, List<Switch> switches) {
    ObjectNode json = Json.object();
    json.put("requests", sent());
    json.put("answered", executions.size()).put("failed", faults.size());
    json.put("dropped", dropped);
    ObjectNode latency = json.putObject("latency_ms");
    if (!executions.isEmpty()) {
      latency.put("p50", Stat.quantile(times(), QUANTILES[0]));
      latency.put("p95", Stat.quantile(times(), QUANTILES[1]));
      latency.put("p99", Stat.quantile(times(), QUANTILES[2]));
    }
    json.put("throughput_rps", executions.size() / seconds);
    ArrayNode partitions = json.putArray("partitions");
    used.forEach(partition -> partitions.add(PlanJson.node(partition)));
    ArrayNode changes = json.putArray("switches");
    switches.forEach(
        one ->
            changes
                .addObject()
                .put("at_ms", one.atMs())
                .put("reason", one.reason())
                .put("from", one.from())
                .put("to", one.to())
                .put("expected_ms", one.expectedMs())
                .put("before_ms", Double.isFinite(one.beforeMs()) ? one.beforeMs() : null));
    ExitCounts.of(executions).into(json, used);
    if (executions.size() == 1) {
      json.set("outputs", outputs(executions.get(0)));
    }
    return json;
  }

  /** The outputs of every request, in order. */
  ArrayNode outputs() {
    ArrayNode all = Json.array();
    executions.forEach(execution -> all.add(outputs(execution)));
    return all;
  }

  private static ArrayNode outputs(Execution execution) {
    ArrayNode outputs = Json.array();
    sorted(execution)
        .forEach(
            (name, data) -> {
              ObjectNode one = outputs.addObject().put("name", name);
              one.set("shape", Json.numbers(data.fact().shape()));
              ArrayNode values = one.putArray("data");
              for (double value : Numbers.of(data)) {
                if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
                  values.add((long) value);
                } else {
                  values.add(value);
                }
              }
            });
    return outputs;
  }
}
