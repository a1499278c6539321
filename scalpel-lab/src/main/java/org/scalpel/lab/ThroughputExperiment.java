package org.scalpel.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.scalpel.app.UserException;

/**
 * How many small requests go through one tier, and what does one wait at a steady rate? A tier in a
 * process of its own and its client in another share the machine; the model has next to no work.
 *
 * <p>Closed: a fixed number in flight, answers per second in each of several seconds. Open: {@link
 * SteadyLoad} at seven tenths of the rate aimed at, once the virtual machines have stopped
 * compiling; in turns with it the same load on the same model behind a plain blocking socket, in a
 * process like the tier's. The overhead is the difference of their percentiles. Both with all
 * threads on two processors together, and with the client on one and whom it asks on the other.
 */
public final class ThroughputExperiment implements Experiment {
  @Override
  public String name() {
    return "throughput";
  }

  @Override
  public String question() {
    return "How many small requests per second go through one tier, and how long does one wait at"
        + " seven tenths of the aim?";
  }

  @Override
  public List<String> columns() {
    return List.of(
        "way",
        "load",
        "processors",
        "in_flight",
        "offered_rps",
        "answered_rps",
        "least_second_rps",
        "p50_ms",
        "p99_ms",
        "late_p99_ms",
        "raw_p50_ms",
        "raw_p99_ms",
        "raw_late_p99_ms",
        "overhead_p50_ms",
        "overhead_p99_ms",
        "cores",
        "raw_cores",
        "compiling_ms_per_s",
        "wrong",
        "failed",
        "tier_counted");
  }

  @Override
  public List<Cell> cells(Lab lab) {
    return ThroughputClient.WAYS.stream()
        .map(way -> new Cell(way, () -> measure(lab, way)))
        .toList();
  }

  /** The client's own process prints rows and notes. */
  private static List<List<String>> measure(Lab lab, String way)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(SmallTier.JVM);
    line.addAll(List.of("-cp", System.getProperty("java.class.path")));
    line.add(ThroughputClient.class.getName());
    line.addAll(List.of(lab.scratch().toString(), String.valueOf(lab.quick()), way));
    Process client =
        new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<List<String>> rows = new ArrayList<>();
    try (BufferedReader told = client.inputReader(StandardCharsets.UTF_8)) {
      for (String one = told.readLine(); one != null; one = told.readLine()) {
        if (one.startsWith(ThroughputClient.ROW)) {
          rows.add(List.of(one.substring(ThroughputClient.ROW.length()).split("\t", -1)));
        } else if (one.startsWith(ThroughputClient.NOTE)) {
          lab.note().say("throughput: " + one.substring(ThroughputClient.NOTE.length()));
        }
      }
      if (client.waitFor() != 0) {
        throw new UserException("the client of the throughput experiment failed, see above");
      }
      return rows;
    } finally {
      client.destroy();
    }
  }

  @Override
  public void conclude(Table results, Report report) {
    for (String way : ThroughputClient.WAYS) {
      Table rows = results.where(row -> row.text("way").equals(way));
      Table closed = rows.where(row -> row.text("load").equals("closed"));
      Table open = rows.where(row -> row.text("load").equals("open"));
      report.found(
          "%s: up to %.0f requests per second (aim %d)."
              .formatted(
                  way,
                  closed.numbers("answered_rps").stream().max(Double::compare).orElse(0.0),
                  way.equals("unary") ? ThroughputClient.UNARY_AIM : ThroughputClient.STREAM_AIM));
      for (TwoCores.Placing placing : TwoCores.Placing.values()) {
        overhead(
            way,
            placing,
            open.where(row -> row.text("processors").equals(placing.toString())),
            report);
      }
    }
  }

  private static void overhead(String way, TwoCores.Placing placing, Table open, Report report) {
    if (open.rows().isEmpty()) {
      return;
    }
    List<Double> overhead = open.numbers("overhead_p99_ms");
    report.found(
        "%s, processors: %s: at %.0f per second the 99th percentile is %s ms, of the runtime behind a plain socket %s ms; the difference is %s ms in the median of %d rounds (%s to %s; aim 1)."
            .formatted(
                way,
                placing,
                open.numbers("offered_rps").get(0),
                Figure.of(Figure.median(open.numbers("p99_ms"))),
                Figure.of(Figure.median(open.numbers("raw_p99_ms"))),
                Figure.of(Figure.median(overhead)),
                overhead.size(),
                Figure.of(Collections.min(overhead)),
                Figure.of(Collections.max(overhead))));
  }
}
