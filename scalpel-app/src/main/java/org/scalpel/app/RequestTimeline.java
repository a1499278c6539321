package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.scalpel.app.LaneChart.Bar;
import org.scalpel.app.LaneChart.Kind;
import org.scalpel.tier.Execution;
import org.scalpel.tier.RequestTimes;
import org.scalpel.tier.Span;

/**
 * One measured request as a timeline, what was predicted for it below.
 *
 * <p>Every tier tells durations on its own clock, and no two clocks are compared. What a tier tells
 * is placed inside the interval between sending to it and hearing from it, which the near tier
 * measured. What remains of that interval is the link; how much of it was the way there is not
 * known, so it is shared out as the plan predicts both ways, or by their bytes where nothing is
 * predicted.
 */
final class RequestTimeline {
  private static final double NS = 1e6;
  // A message costs something beside its tensors.
  private static final double HEADER_BYTES = 512;

  private final RequestTimes times;
  private final double totalMs;
  private final List<String> lanes = new ArrayList<>();
  private final List<Bar> bars = new ArrayList<>();
  private final List<Segment> segments = new ArrayList<>();

  /**
   * One segment of a request: a tier's computing, or one way over a link.
   *
   * @param placedMs when it began, as far as that can be known
   * @param bytes of tensors; 0 for a tier
   */
  record Segment(
      String name, double placedMs, double measuredMs, OptionalDouble predictedMs, long bytes) {}

  private RequestTimeline(Execution execution) {
    this.times = execution.times();
    this.totalMs = execution.totalMs();
    List<String> tiers = times.tiers();
    int told = Math.min(times.spans().size(), tiers.size());
    boolean beyond = told < tiers.size() && times.spans().get(told - 1).forwardNs() > 0;
    for (int t = 0; t < told; t++) {
      lanes.add(tiers.get(t));
      if (t + 1 < told || beyond) {
        lanes.add(up(t));
        lanes.add(down(t));
      }
    }
    tier(0, 0);
    predicted(0, 0);
  }

  static RequestTimeline of(Execution execution) {
    return new RequestTimeline(execution);
  }

  private String up(int link) {
    return times.tiers().get(link) + "->" + times.tiers().get(link + 1);
  }

  private String down(int link) {
    return times.tiers().get(link + 1) + "->" + times.tiers().get(link);
  }

  private OptionalDouble stage(String name) {
    Double ms = times.predictedMs().get(name);
    return ms == null ? OptionalDouble.empty() : OptionalDouble.of(ms);
  }

  /** Half of the round trip that a link is predicted to take, where it is known which takes it. */
  private double halfRttMs(int link) {
    Map<String, Double> all = times.predictedMs();
    double both = all.getOrDefault(up(link), 0.0) + all.getOrDefault(down(link), 0.0);
    String near = times.tiers().get(link);
    Double whole = all.get(near + "<->" + times.tiers().get(link + 1));
    boolean only = times.spans().size() == 2;
    double rtt = whole != null ? whole - both : only ? all.getOrDefault("rtt", 0.0) : 0;
    return Math.max(0, rtt / 2);
  }

  private OptionalDouble way(String direction, int link) {
    OptionalDouble bytes = stage(direction);
    return bytes.isPresent()
        ? OptionalDouble.of(bytes.getAsDouble() + halfRttMs(link))
        : OptionalDouble.empty();
  }

  /** Places a tier and all behind it. */
  private void tier(int t, double start) {
    Span span = times.spans().get(t);
    String name = times.tiers().get(t);
    double at = start;
    at = bar(name, "queue", Kind.WAIT, at, span.queueNs() / NS);
    at = bar(name, "codec", Kind.COMPUTE, at, span.codecNs() / NS);
    double compute = span.computeNs() / NS;
    segments.add(new Segment(name, at, compute + span.codecNs() / NS, stage(name), 0));
    at = bar(name, "compute", Kind.COMPUTE, at, compute);
    if (span.forwardNs() > 0 && t + 1 < times.tiers().size()) {
      at = link(t, at);
    }
    bar(name, "handling", Kind.WAIT, at, start + span.totalNs() / NS - at);
  }

  /** The way there, what is behind, the way back: exactly the round trip that was measured here. */
  private double link(int link, double sent) {
    Span near = times.spans().get(link);
    double back = sent + near.forwardNs() / NS;
    if (link + 1 >= times.spans().size()) {
      // A server that tells nothing: its work and the link are one.
      bar(up(link), "round trip, server included", Kind.TRANSFER, sent, back - sent);
      segments.add(
          new Segment(up(link), sent, back - sent, OptionalDouble.empty(), near.sentBytes()));
      return back;
    }
    double inside = Math.min(times.spans().get(link + 1).totalNs(), near.forwardNs()) / NS;
    double remains = back - sent - inside;
    double there = remains * shareUp(link, near);
    way(up(link), link, near.sentBytes(), sent, there);
    way(down(link), link, near.receivedBytes(), back - (remains - there), remains - there);
    tier(link + 1, sent + there);
    return back;
  }

  private void way(String direction, int link, long bytes, double start, double ms) {
    segments.add(new Segment(direction, start, ms, way(direction, link), bytes));
    bar(direction, Units.bytes(bytes), Kind.TRANSFER, start, ms);
  }

  private double shareUp(int link, Span near) {
    double up = way(up(link), link).orElse(0);
    double down = way(down(link), link).orElse(0);
    if (up + down > 0) {
      return up / (up + down);
    }
    double sent = near.sentBytes() + HEADER_BYTES;
    return sent / (sent + near.receivedBytes() + HEADER_BYTES);
  }

  private double bar(String lane, String name, Kind kind, double start, double ms) {
    if (ms > 0) {
      ObjectNode details = Json.object().put("measured_ms", ms);
      stage(lane).ifPresent(p -> details.put("predicted_ms", p));
      bars.add(new Bar(lane, name, kind, start, start + ms, details));
    }
    return start + Math.max(0, ms);
  }

  /** The plan's stages in the order in which they would come, from a tier on. */
  private double predicted(int t, double start) {
    double at = start + thin(times.tiers().get(t), start, stage(times.tiers().get(t)));
    if (t + 1 < times.spans().size()) {
      at += thin(up(t), at, way(up(t), t));
      at = predicted(t + 1, at);
      at += thin(down(t), at, way(down(t), t));
    }
    return at;
  }

  private double thin(String lane, double at, OptionalDouble ms) {
    double length = ms.orElse(0);
    if (length > 0) {
      ObjectNode details = Json.object().put("predicted_ms", length);
      bars.add(new Bar(lane, "predicted " + lane, Kind.PREDICTED, at, at + length, details));
    }
    return length;
  }

  List<Segment> segments() {
    List<Segment> inOrder = new ArrayList<>(segments);
    inOrder.sort(java.util.Comparator.comparingDouble(Segment::placedMs));
    return inOrder;
  }

  /** The sum of the stages that were predicted; empty where none was. */
  OptionalDouble predictedMs() {
    return segments.stream().anyMatch(s -> s.predictedMs().isPresent())
        ? OptionalDouble.of(segments.stream().mapToDouble(s -> s.predictedMs().orElse(0)).sum())
        : OptionalDouble.empty();
  }

  LaneChart chart(String model) {
    String predicted =
        predictedMs().isPresent() ? ", predicted " + Units.ms(predictedMs().getAsDouble()) : "";
    return new LaneChart(
        model + ": one request, " + Units.ms(totalMs) + predicted,
        lanes,
        bars,
        List.of(
            "Thick: measured. Thin: predicted. Every tier told durations on its own clock; they stand"
                + " inside the interval from sending to hearing that the tier before it measured.",
            "How a link's time divides into both ways is not measured: it is shared out as predicted,"
                + " else by bytes."));
  }

  /** The rows for people. */
  List<String> lines() {
    TextTable table = new TextTable("segment", "predicted", "measured", "bytes");
    for (Segment segment : segments()) {
      OptionalDouble predicted = segment.predictedMs();
      table.row(
          segment.name(),
          predicted.isPresent() ? Units.ms(predicted.getAsDouble()) : "–",
          Units.ms(segment.measuredMs()),
          segment.bytes() == 0 ? "–" : Units.bytes(segment.bytes()));
    }
    double queued = times.spans().stream().mapToDouble(Span::queueNs).sum() / NS;
    table.row("waiting for workers", "–", Units.ms(queued), "–");
    table.row(
        "whole request",
        predictedMs().isPresent() ? Units.ms(predictedMs().getAsDouble()) : "–",
        Units.ms(totalMs),
        "–");
    return table.lines();
  }

  ObjectNode json() {
    ObjectNode json = Json.object().put("total_ms", totalMs);
    json.put("predicted_ms", predictedMs().isPresent() ? predictedMs().getAsDouble() : null);
    ArrayNode all = json.putArray("segments");
    for (Segment segment : segments()) {
      ObjectNode one = all.addObject().put("name", segment.name());
      one.put("placed_ms", segment.placedMs()).put("measured_ms", segment.measuredMs());
      OptionalDouble predicted = segment.predictedMs();
      one.put("predicted_ms", predicted.isPresent() ? predicted.getAsDouble() : null);
      one.put("bytes", segment.bytes());
    }
    ArrayNode tiers = json.putArray("tiers");
    for (int t = 0; t < Math.min(times.spans().size(), times.tiers().size()); t++) {
      Span span = times.spans().get(t);
      ObjectNode one = tiers.addObject().put("name", times.tiers().get(t));
      one.put("queue_ms", span.queueNs() / NS).put("compute_ms", span.computeNs() / NS);
      one.put("codec_ms", span.codecNs() / NS).put("forward_ms", span.forwardNs() / NS);
      one.put("total_ms", span.totalNs() / NS);
    }
    return json;
  }
}
