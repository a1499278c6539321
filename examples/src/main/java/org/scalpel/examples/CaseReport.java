package org.scalpel.examples;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** What a study found, as a table for people, as Markdown and as JSON. */
final class CaseReport {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> HEAD =
      List.of(
          "cameras",
          "scheme",
          "plan",
          "predicted ms",
          "p50",
          "p95",
          "p99 ms",
          "frames/s",
          "predicted most",
          "kB/frame",
          "dropped",
          "events",
          "precision",
          "recall",
          "alarm p50 ms");

  private final String title;
  private final CaseStudy.Outcome outcome;

  CaseReport(String title, CaseStudy.Outcome outcome) {
    this.title = title;
    this.outcome = outcome;
  }

  private List<String> row(SchemeResult result) {
    EventMatch match = result.match();
    long dropped = result.count(FrameNote.Outcome.DROPPED);
    long failed = result.count(FrameNote.Outcome.FAILED);
    return List.of(
        String.valueOf(result.cameras()),
        result.scheme(),
        result.plan(),
        number(OptionalDouble.of(result.predicted().ms())),
        number(result.latencyMs(0.5)),
        number(result.latencyMs(0.95)),
        number(result.latencyMs(0.99)),
        number(OptionalDouble.of(result.framesPerSecond())),
        number(OptionalDouble.of(result.predicted().framesPerSecond())),
        number(OptionalDouble.of(result.kilobytes())),
        dropped + " of " + result.frames() + (failed > 0 ? ", " + failed + " failed" : ""),
        match.raised() + " (" + match.matched() + " of " + match.reference() + ")",
        part(match.precision()),
        part(match.recall()),
        number(result.alarmMs(0.5)));
  }

  private static String number(OptionalDouble value) {
    if (value.isEmpty()) {
      return "–";
    }
    double number = value.getAsDouble();
    return String.format(Locale.ROOT, number >= 100 ? "%.0f" : "%.1f", number);
  }

  private static String part(OptionalDouble value) {
    return value.isEmpty() ? "–" : String.format(Locale.ROOT, "%.2f", value.getAsDouble());
  }

  /** One line for each scheme, for the terminal. */
  List<String> lines() {
    List<String> lines = new ArrayList<>(List.of(setting(), truth(), ""));
    for (SchemeResult result : outcome.results()) {
      List<String> row = row(result);
      lines.add("%s × %s: %s".formatted(row.get(0), result.scheme(), result.plan()));
      lines.add(
          "    latency p50 %s, p95 %s, p99 %s ms (predicted %s); %s frames/s; dropped %s; events %s, precision %s, recall %s"
              .formatted(
                  row.get(4),
                  row.get(5),
                  row.get(6),
                  row.get(3),
                  row.get(7),
                  row.get(10),
                  row.get(11),
                  row.get(12),
                  row.get(13)));
    }
    return lines;
  }

  private String setting() {
    return outcome.setting().world().words()
        + "; links in Mbit/s up/down and ms there and back; one such device for each camera";
  }

  private String truth() {
    Clip clip = outcome.setting().scene().clip();
    Reference reference = outcome.reference();
    return String.format(
        Locale.ROOT,
        "%s: %d frames at %.4g a second%s; the whole model, on every frame, finds %d things and %d events",
        clip.name(),
        reference.frames(),
        clip.rate(),
        outcome.setting().extent().live()
            ? ", played at that pace"
            : ", played as fast as they are taken",
        reference.detections(),
        reference.events().size());
  }

  String markdown(String command) {
    StringBuilder text = new StringBuilder("# " + title + "\n\n");
    text.append(setting()).append(".\n\n").append(truth()).append(".\n\n");
    text.append("| ").append(String.join(" | ", HEAD)).append(" |\n");
    text.append("|---".repeat(HEAD.size())).append("|\n");
    for (SchemeResult result : outcome.results()) {
      text.append("| ").append(String.join(" | ", row(result))).append(" |\n");
    }
    text.append(
        "\nLatency: from a frame's being there to its tracks, waiting included. *predicted most*: the frames per second that the"
            + " busiest machine or link lets pass; no more come than the cameras deliver. *events*: raised (right of those in the"
            + " reference); right is one of its kind within a second of the video.\n");
    for (SchemeResult result : outcome.results()) {
      result
          .changes()
          .forEach(
              change -> text.append("\n* ").append(result.scheme()).append(": ").append(change));
      failure(result)
          .forEach(
              why -> text.append("\n* ").append(result.scheme()).append(" failed: ").append(why));
    }
    text.append("\n\n```\n").append(command).append("\n```\n");
    return text.toString();
  }

  private static List<String> failure(SchemeResult result) {
    return result.notes().stream()
        .flatMap(List::stream)
        .filter(note -> note.outcome() == FrameNote.Outcome.FAILED)
        .map(FrameNote::where)
        .distinct()
        .limit(3)
        .toList();
  }

  ObjectNode json() {
    ObjectNode json = JSON.createObjectNode().put("study", title);
    json.put("clip", outcome.setting().scene().clip().name());
    json.put("frames", outcome.reference().frames());
    json.put("rate", outcome.setting().scene().clip().rate());
    json.put("live", outcome.setting().extent().live());
    json.put("world", outcome.setting().world().words());
    json.put("objective", outcome.setting().objective().name().toLowerCase(Locale.ROOT));
    ArrayNode events = json.putArray("reference_events");
    outcome.reference().events().forEach(event -> event(events.addObject(), event));
    ArrayNode schemes = json.putArray("schemes");
    outcome.results().forEach(result -> scheme(schemes.addObject(), result));
    return json;
  }

  private static void event(ObjectNode json, Event event) {
    json.put("frame", event.frame()).put("kind", event.kind()).put("track", event.track());
  }

  private static void scheme(ObjectNode json, SchemeResult result) {
    json.put("scheme", result.scheme()).put("cameras", result.cameras()).put("plan", result.plan());
    json.put("predicted_ms", result.predicted().ms());
    json.put("predicted_fps", result.predicted().framesPerSecond());
    put(json, "p50_ms", result.latencyMs(0.5));
    put(json, "p95_ms", result.latencyMs(0.95));
    put(json, "p99_ms", result.latencyMs(0.99));
    put(json, "alarm_p50_ms", result.alarmMs(0.5));
    json.put("fps", result.framesPerSecond()).put("frames", result.frames());
    json.put("kilobytes_per_frame", result.kilobytes());
    json.put("answered", result.count(FrameNote.Outcome.ANSWERED));
    json.put("dropped", result.count(FrameNote.Outcome.DROPPED));
    json.put("failed", result.count(FrameNote.Outcome.FAILED));
    json.put("events_reference", result.match().reference());
    json.put("events_raised", result.match().raised());
    json.put("events_matched", result.match().matched());
    put(json, "precision", result.match().precision());
    put(json, "recall", result.match().recall());
    ArrayNode changes = json.putArray("changes");
    result.changes().forEach(changes::add);
    ArrayNode cameras = json.putArray("events");
    for (List<FrameNote> notes : result.notes()) {
      ArrayNode camera = cameras.addArray();
      notes.forEach(note -> note.events().forEach(e -> event(camera.addObject(), e)));
    }
  }

  private static void put(ObjectNode json, String name, OptionalDouble value) {
    if (value.isPresent()) {
      json.put(name, value.getAsDouble());
    } else {
      json.putNull(name);
    }
  }
}
