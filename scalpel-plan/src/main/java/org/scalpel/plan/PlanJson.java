package org.scalpel.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plans as JSON text. */
public final class PlanJson {
  private PlanJson() {}

  /** {@code plan} as text that {@link #read} reads back equal. */
  public static String write(Plan plan) {
    return JsonReader.text(node(plan));
  }

  /** {@code plan} as a JSON object, for callers that add fields of their own. */
  public static ObjectNode node(Plan plan) {
    ObjectNode json = JsonReader.MAPPER.createObjectNode();
    json.put("objective", plan.objective().text()).put("algorithm", plan.algorithm());
    json.put("value_ms", plan.valueMs()).put("bound_ms", plan.boundMs());
    json.put("gap", plan.gap()).put("solve_ms", plan.solveMs());
    ArrayNode partitions = json.putArray("partitions");
    plan.partitions().forEach(partition -> partitions.add(node(partition)));
    if (plan.objective() == Objective.THROUGHPUT && plan.valueMs() > 0) {
      write(Window.of(plan), json.putObject("window"));
    }
    ObjectNode baselines = json.putObject("baselines_ms");
    plan.baselinesMs().forEach((name, value) -> finite(baselines, name, value));
    if (!plan.alternatives().isEmpty()) {
      ArrayNode alternatives = json.putArray("alternatives");
      plan.alternatives().forEach(partition -> alternatives.add(node(partition)));
    }
    if (!plan.explanation().isEmpty()) {
      ArrayNode explanation = json.putArray("explanation");
      plan.explanation().forEach(explanation::add);
    }
    return json;
  }

  /** {@code partition} as a JSON object. */
  public static ObjectNode node(Partition partition) {
    ObjectNode json = JsonReader.MAPPER.createObjectNode();
    json.put("share", partition.share());
    finite(json, "latency_ms", partition.latencyMs());
    finite(json, "period_ms", partition.periodMs());
    finite(json, "makespan_ms", partition.makespanMs());
    ObjectNode stages = json.putObject("stages_ms");
    partition.stagesMs().forEach((stage, value) -> finite(stages, stage, value));
    ObjectNode assignment = json.putObject("assignment");
    partition.assignment().forEach(assignment::put);
    if (!partition.codecs().isEmpty()) {
      ObjectNode codecs = json.putObject("codecs");
      partition
          .codecs()
          .forEach((tensor, links) -> links.forEach(codecs.withObjectProperty(tensor)::put));
    }
    partition.exits().ifPresent(exits -> write(exits, json.putObject("exits")));
    json.put("valid", partition.valid());
    if (!partition.valid()) {
      ArrayNode violations = json.putArray("violations");
      partition.violations().forEach(violations::add);
    }
    write(partition.timeline(), json);
    return json;
  }

  private static void write(Window window, ObjectNode json) {
    json.put("least", window.least());
    ArrayNode steps = json.putArray("steps");
    for (int n : window.steps()) {
      ObjectNode step = steps.addObject().put("in_flight", n);
      finite(step, "most_per_s", window.mostPerSecond(n));
      finite(step, "least_latency_ms", window.leastLatencyMs(n));
    }
  }

  private static void write(Timeline timeline, ObjectNode json) {
    if (!timeline.segments().isEmpty()) {
      ArrayNode segments = json.putArray("segments");
      for (Timeline.Segment segment : timeline.segments()) {
        ObjectNode one = segments.addObject().put("tier", segment.tier());
        segment.layers().forEach(one.putArray("kernels")::add);
        one.putNull("after_exit");
      }
    }
    if (!timeline.isEmpty()) {
      ArrayNode schedule = json.putArray("schedule");
      for (Timeline.Task task : timeline.tasks()) {
        schedule
            .addObject()
            .put("task", task.name())
            .put("resource", task.resource())
            .put("start_ms", task.startMs())
            .put("end_ms", task.endMs());
      }
    }
  }

  private static void write(Partition.ExitChoice exits, ObjectNode json) {
    if (!exits.names().isEmpty()) {
      ArrayNode names = json.putArray("names");
      exits.names().forEach(names::add);
    }
    if (!exits.confidence().isEmpty()) {
      json.put("confidence", exits.confidence());
    }
    ArrayNode thresholds = json.putArray("thresholds");
    exits.thresholds().forEach(thresholds::add);
    json.put("accuracy", exits.accuracy());
    finite(json, "mean_ms", exits.meanMs());
    finite(json, "p95_ms", exits.tailMs());
  }

  private static void finite(ObjectNode json, String field, double value) {
    if (Double.isFinite(value)) {
      json.put(field, value);
    } else {
      json.putNull(field);
    }
  }

  /**
   * The plan in {@code text}. Fields that others add for a real model (its segments, for example)
   * are left to them.
   *
   * @param label what to call the text in messages
   * @throws ProblemException if it is not a plan, naming the place
   */
  public static Plan read(String text, String label) {
    try {
      return plan(JsonReader.parse(text));
    } catch (ProblemException refused) {
      throw new ProblemException(label + ": " + refused.getMessage());
    }
  }

  private static Plan plan(JsonReader json) {
    Map<String, Double> baselines =
        json.has("baselines_ms") ? times(json.object("baselines_ms")) : Map.of();
    List<Partition> partitions = json.list("partitions").stream().map(PlanJson::partition).toList();
    if (partitions.isEmpty()) {
      throw json.fault("partitions: expected at least one, found none");
    }
    return new Plan(
        Objective.parse(json.text("objective")),
        json.text("algorithm"),
        new Plan.Score(
            json.number("value_ms"), json.number("bound_ms"), json.number("solve_ms", 0)),
        partitions,
        baselines,
        json.has("alternatives")
            ? json.list("alternatives").stream().map(PlanJson::partition).toList()
            : List.of(),
        json.has("explanation") ? json.texts("explanation") : List.of());
  }

  private static Partition partition(JsonReader json) {
    Partition.Times times =
        new Partition.Times(
            time(json, "latency_ms"),
            time(json, "period_ms"),
            time(json, "makespan_ms"),
            json.has("stages_ms") ? times(json.object("stages_ms")) : Map.of());
    Map<String, Map<String, String>> codecs = new LinkedHashMap<>();
    if (json.has("codecs")) {
      JsonReader byTensor = json.object("codecs");
      byTensor.fields().forEach(tensor -> codecs.put(tensor, texts(byTensor.object(tensor))));
    }
    return new Partition(
        json.number("share", 1),
        times,
        texts(json.object("assignment")),
        codecs,
        json.has("exits") ? Optional.of(exits(json.object("exits"))) : Optional.empty(),
        json.has("violations") ? json.texts("violations") : List.of(),
        json.has("schedule") ? timeline(json) : Timeline.NONE);
  }

  private static Timeline timeline(JsonReader json) {
    List<Timeline.Segment> segments =
        json.has("segments")
            ? json.list("segments").stream()
                .map(one -> new Timeline.Segment(one.text("tier"), one.texts("kernels")))
                .toList()
            : List.of();
    List<Timeline.Task> tasks =
        json.list("schedule").stream()
            .map(
                task ->
                    new Timeline.Task(
                        task.text("task"),
                        task.text("resource"),
                        task.number("start_ms"),
                        task.number("end_ms")))
            .toList();
    return new Timeline(segments, tasks);
  }

  private static Partition.ExitChoice exits(JsonReader json) {
    return new Partition.ExitChoice(
        json.has("names") ? json.texts("names") : List.of(),
        json.has("confidence") ? json.text("confidence") : "",
        json.numbers("thresholds"),
        json.number("accuracy"),
        time(json, "mean_ms"),
        time(json, "p95_ms"));
  }

  private static Map<String, Double> times(JsonReader json) {
    Map<String, Double> times = new LinkedHashMap<>();
    json.fields().forEach(field -> times.put(field, time(json, field)));
    return times;
  }

  private static Map<String, String> texts(JsonReader json) {
    Map<String, String> texts = new LinkedHashMap<>();
    json.fields().forEach(field -> texts.put(field, json.text(field)));
    return texts;
  }

  private static double time(JsonReader json, String field) {
    return !json.has(field) || json.isNull(field) ? Double.POSITIVE_INFINITY : json.number(field);
  }
}
