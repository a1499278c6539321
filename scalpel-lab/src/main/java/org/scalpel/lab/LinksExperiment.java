package org.scalpel.lab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.scalpel.testbed.LinkProxy;
import org.scalpel.testbed.LinkProxyConfig;
import org.scalpel.testbed.LinkShape;

/**
 * Is a link as slow as it was asked to be? Messages of several sizes go through a {@link LinkProxy}
 * over a plain socket, up and down; each time stands beside {@code bytes × 8 / rate + rtt}. The
 * measured rate is taken from two sizes, so that what a message costs beside its bytes drops out;
 * the measured delay is that of eight bytes.
 */
public final class LinksExperiment implements Experiment {
  private static final List<Double> RATES =
      List.of(0.1, 0.13, 1.1, 5.85, 18.88, 54.97, 100.0, 300.0, 1000.0);
  private static final List<Double> ROUND_TRIPS = List.of(0.0, 5.0, 40.0);
  private static final int TINY = 8;

  /** Bytes that any message has beside its payload: {@link RawPipe}'s header. */
  private static final int HEADER = 8;

  @Override
  public String name() {
    return "links";
  }

  @Override
  public String question() {
    return "Are the emulated links as fast and as far as they were asked to be?";
  }

  @Override
  public List<String> columns() {
    return List.of(
        "asked_mbps",
        "asked_rtt_ms",
        "direction",
        "connections",
        "bytes",
        "expected_ms",
        "measured_ms",
        "spread_ms",
        "runs",
        "measured_mbps",
        "measured_rtt_ms",
        "rate_error");
  }

  @Override
  public List<Cell> cells(Lab lab) {
    List<Cell> cells = new ArrayList<>();
    for (double rate : RATES) {
      for (double rtt : lab.quick() ? List.of(5.0) : ROUND_TRIPS) {
        for (boolean up : new boolean[] {true, false}) {
          Asked asked = new Asked(rate, rtt, up, lab.pick(3, 7));
          cells.add(new Cell("%s/%s/%s".formatted(rate, rtt, up), () -> measure(asked)));
        }
      }
    }
    for (double rate : List.of(5.85, 100.0)) {
      cells.add(new Cell("shared/" + rate, () -> shared(rate, lab.pick(2, 5))));
    }
    return cells;
  }

  private record Asked(double mbps, double rttMs, boolean up, int runs) {
    /** What takes the line so long. */
    int bytesFor(double ms) {
      return (int) Math.max(TINY + 1, mbps * ms * 1000 / 8);
    }
  }

  private static List<List<String>> measure(Asked asked) throws IOException {
    LinkShape shape =
        asked.up()
            ? new LinkShape(asked.mbps(), 1_000_000, asked.rttMs())
            : new LinkShape(1_000_000, asked.mbps(), asked.rttMs());
    List<List<String>> rows = new ArrayList<>();
    try (RawPipe pipe = new RawPipe();
        LinkProxy link = LinkProxy.start(LinkProxyConfig.loopback("links", pipe.address(), shape));
        RawPipe.Client client = RawPipe.connect(link.address())) {
      List<Double> tiny = times(client, asked, TINY, 3 * asked.runs());
      double header = asked.up() ? (HEADER + TINY) * 8 / asked.mbps() / 1000 : 0;
      double back = asked.up() ? 0 : TINY * 8 / asked.mbps() / 1000;
      double rtt = Figure.median(tiny) - header - back;
      for (double ms : new double[] {20, 400}) {
        int bytes = asked.bytesFor(ms);
        List<Double> times = times(client, asked, bytes, asked.runs());
        double lineMs = Figure.median(times) - Figure.median(tiny);
        double mbps = (bytes - TINY) * 8 / lineMs / 1000;
        rows.add(row(asked, bytes, times, mbps, rtt));
      }
    }
    return rows;
  }

  private static List<Double> times(RawPipe.Client client, Asked asked, int bytes, int runs)
      throws IOException {
    List<Double> times = new ArrayList<>();
    client.exchange(TINY, TINY);
    for (int i = 0; i < runs; i++) {
      times.add(asked.up() ? client.exchange(bytes, 1) : client.exchange(0, bytes));
    }
    return times;
  }

  private static List<String> row(
      Asked asked, int bytes, List<Double> times, double mbps, double rtt) {
    int sent = asked.up() ? bytes + HEADER : bytes;
    return List.of(
        Figure.of(asked.mbps()),
        Figure.of(asked.rttMs()),
        asked.up() ? "up" : "down",
        "1",
        String.valueOf(bytes),
        Figure.of(sent * 8 / asked.mbps() / 1000 + asked.rttMs()),
        Figure.of(Figure.median(times)),
        Figure.of(Figure.spread(times)),
        String.valueOf(times.size()),
        Figure.of(mbps),
        Figure.of(rtt),
        Figure.of(mbps / asked.mbps() - 1));
  }

  /** Four connections at once: together they get the rate, each a quarter. */
  private static List<List<String>> shared(double mbps, int runs) throws Exception {
    int connections = 4;
    int bytes = (int) (mbps * 300 * 1000 / 8 / connections);
    List<Double> ends = new ArrayList<>();
    try (RawPipe pipe = new RawPipe();
        LinkProxy link =
            LinkProxy.start(
                LinkProxyConfig.loopback(
                    "shared", pipe.address(), new LinkShape(mbps, 1_000_000, 0)))) {
      for (int run = 0; run < runs; run++) {
        List<CompletableFuture<Double>> all = new ArrayList<>();
        for (int c = 0; c < connections; c++) {
          all.add(exchangeAside(link, bytes));
        }
        for (CompletableFuture<Double> one : all) {
          ends.add(one.get(60, java.util.concurrent.TimeUnit.SECONDS));
        }
      }
    }
    double expected = connections * (bytes + HEADER) * 8 / mbps / 1000;
    double median = Figure.median(ends);
    return List.of(
        List.of(
            Figure.of(mbps),
            "0.0",
            "up",
            String.valueOf(connections),
            String.valueOf(bytes),
            Figure.of(expected),
            Figure.of(median),
            Figure.of(Figure.spread(ends)),
            String.valueOf(ends.size()),
            Figure.of(mbps * expected / median),
            "0.0",
            Figure.of(expected / median - 1)));
  }

  private static CompletableFuture<Double> exchangeAside(LinkProxy link, int bytes) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (RawPipe.Client client = RawPipe.connect(link.address())) {
            return client.exchange(bytes, 1);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        },
        task -> new Thread(task, "sharer").start());
  }

  @Override
  public void conclude(Table results, Report report) {
    Table one = results.where(row -> row.text("connections").equals("1"));
    Table big = one.where(row -> row.number("expected_ms") - row.number("asked_rtt_ms") > 100);
    List<Double> errors = big.numbers("rate_error").stream().map(Math::abs).toList();
    report.found(
        "Rate, messages of 400 ms: off by %s at the median and %s at worst, from %s to %s Mbps."
            .formatted(
                Figure.percent(Figure.median(errors)),
                Figure.percent(errors.stream().max(Double::compare).orElse(0.0)),
                RATES.get(0),
                RATES.get(RATES.size() - 1)));
    List<Double> late = new ArrayList<>();
    List<Double> asked = one.numbers("asked_rtt_ms");
    for (int i = 0; i < asked.size(); i++) {
      late.add(one.numbers("measured_rtt_ms").get(i) - asked.get(i));
    }
    report.found(
        "Round trip of eight bytes: %s ms longer than asked at the median, %s ms at the 95th percentile."
            .formatted(Figure.of(Figure.median(late)), Figure.of(Figure.p95(late))));
    List<Double> sharing =
        results.where(row -> !row.text("connections").equals("1")).numbers("rate_error");
    report.found(
        "Four connections at once end within %s of the time that fair sharing gives."
            .formatted(
                Figure.percent(sharing.stream().map(Math::abs).max(Double::compare).orElse(0.0))));
    Chart chart = new Chart("Asked and measured rate", "asked (Mbit/s)", "measured (Mbit/s)");
    big.by("direction")
        .forEach(
            (direction, rows) ->
                chart.points(direction, rows.numbers("asked_mbps"), rows.numbers("measured_mbps")));
    report.chart("rates", chart.reference("exact", RATES, RATES).logLog());
  }
}
