package org.scalpel.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.scalpel.testbed.CpuQuota;
import org.scalpel.testbed.JavaCommand;
import org.scalpel.testbed.KernelNetwork;
import org.scalpel.testbed.LinkShape;
import org.scalpel.testbed.TierProcess;
import org.scalpel.testbed.TierProcessConfig;

/**
 * Do the kernel's own links and processor quotas do what they are asked to, and does a partitioned
 * model take as long over them as over the emulated links that need no rights? A plain socket into
 * a {@link KernelNetwork}'s namespace, up and down; a process that spins under a {@link CpuQuota};
 * then the same cuts of one model over both kinds of link.
 *
 * <p>Asked rates are those of the line; what a socket sees is {@link KernelNetwork#PAYLOAD_SHARE}
 * of it. Rates come from the difference of two messages, as in {@link LinksExperiment}.
 */
public final class NamespacesExperiment implements Experiment {
  private static final List<Double> RATES = List.of(1.1, 5.85, 18.88, 100.0, 1000.0);
  private static final List<Double> SHARES = List.of(0.25, 0.5, 1.0);
  private static final List<Double> MODEL_RATES = List.of(5.85, 18.88, 100.0);
  private static final int SPINNERS = 2;
  private static final int TINY = 8;
  private static final double SHORT_MS = 100;
  private static final double LONG_MS = 500;

  @Override
  public String name() {
    return "namespaces";
  }

  @Override
  public String question() {
    return "Do kernel links and processor quotas keep what they promise, and agree with emulated ones?";
  }

  @Override
  public List<String> columns() {
    return List.of("kind", "case", "asked", "measured", "spread", "runs", "error");
  }

  @Override
  public Optional<String> obstacle(Lab lab) {
    return KernelNetwork.obstacle();
  }

  @Override
  public List<Cell> cells(Lab lab) {
    List<Cell> cells = new ArrayList<>();
    for (double rate : lab.quick() ? RATES.subList(1, 4) : RATES) {
      for (boolean up : new boolean[] {true, false}) {
        cells.add(
            new Cell("rate/%s/%s".formatted(rate, up), () -> rate(lab, rate, up, lab.pick(3, 7))));
      }
    }
    for (double share : lab.quick() ? SHARES.subList(1, 2) : SHARES) {
      cells.add(new Cell("quota/" + share, () -> quota(lab, share, lab.pick(3, 5))));
    }
    for (double rate : lab.quick() ? MODEL_RATES.subList(1, 2) : MODEL_RATES) {
      cells.add(new Cell("model/" + rate, () -> new LinkAgreement(lab, rate).rows()));
    }
    return cells;
  }

  private static TierProcess host(Lab lab, List<String> launcher, String address, int spinners) {
    JavaCommand java =
        JavaCommand.sameClassPath(RawPipeHost.class.getName(), address, String.valueOf(spinners))
            .withOptions("-Xmx512m")
            .behind(launcher);
    return TierProcess.start(TierProcessConfig.of("host", java, lab.scratch().resolve("host.log")));
  }

  private static List<List<String>> rate(Lab lab, double mbps, boolean up, int runs)
      throws IOException {
    LinkShape shape =
        up
            ? new LinkShape(mbps, Double.POSITIVE_INFINITY, 0)
            : new LinkShape(Double.POSITIVE_INFINITY, mbps, 0);
    List<Double> rates = new ArrayList<>();
    List<Double> tiny = new ArrayList<>();
    try (KernelNetwork network = KernelNetwork.chain(List.of(shape));
        TierProcess host = host(lab, network.on(1), network.address(0), 0);
        RawPipe.Client client =
            RawPipe.connect(new InetSocketAddress(network.address(0), host.port()))) {
      int few = (int) (mbps * SHORT_MS * 1000 / 8);
      int many = (int) (mbps * LONG_MS * 1000 / 8);
      exchange(client, up, many);
      for (int run = 0; run < runs; run++) {
        tiny.add(exchange(client, up, TINY));
        double ms = exchange(client, up, many) - exchange(client, up, few);
        rates.add((many - few) * 8 / ms / 1000);
      }
    }
    String which = up ? "up" : "down";
    return List.of(
        row("rate", which + " Mbit/s", mbps * KernelNetwork.PAYLOAD_SHARE, rates),
        row("delay", which + " " + Figure.of(mbps) + " Mbit/s, ms", 0, tiny));
  }

  private static double exchange(RawPipe.Client client, boolean up, int bytes) throws IOException {
    return up ? client.exchange(bytes, 1) : client.exchange(0, bytes);
  }

  private static List<List<String>> quota(Lab lab, double share, int runs) {
    List<Double> shares = new ArrayList<>();
    try (CpuQuota quota = CpuQuota.of(share);
        TierProcess host = host(lab, List.of(), "127.0.0.1", SPINNERS)) {
      quota.add(host.pid());
      for (int run = 0; run < runs; run++) {
        long begun = System.nanoTime();
        double before = cpuMs(host.pid());
        LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
        shares.add((cpuMs(host.pid()) - before) * 1e6 / (System.nanoTime() - begun));
      }
    }
    return List.of(row("quota", SPINNERS + " spinning threads, processors", share, shares));
  }

  private static double cpuMs(long pid) {
    return ProcessHandle.of(pid)
            .flatMap(process -> process.info().totalCpuDuration())
            .orElseThrow()
            .toNanos()
        / 1e6;
  }

  static List<String> row(String kind, String what, double asked, List<Double> measured) {
    double median = Figure.median(measured);
    return List.of(
        kind,
        what,
        Figure.of(asked),
        Figure.of(median),
        Figure.of(Figure.spread(measured)),
        String.valueOf(measured.size()),
        asked > 0 ? Figure.of(median / asked - 1) : "");
  }

  @Override
  public void conclude(Table results, Report report) {
    Map<String, Table> kinds = results.by("kind");
    kinds.forEach((kind, rows) -> report.table(TITLES.getOrDefault(kind, kind), rows));
    worst(kinds, "rate")
        .ifPresent(
            worst ->
                report.found(
                    "Kernel links: what a socket sees is off by "
                        + Figure.percent(worst)
                        + " at worst from the asked rate times the share that is payload."));
    worst(kinds, "quota")
        .ifPresent(
            worst ->
                report.found(
                    "Quotas: spinning processes get their share of the processor within "
                        + Figure.percent(worst)
                        + "."));
    worst(kinds, "model")
        .ifPresent(
            worst ->
                report.found(
                    "A cut model takes as long over the kernel's links as over emulated ones of"
                        + " the same payload rate, within "
                        + Figure.percent(worst)
                        + " at worst (\"asked\" is the median over emulated links)."));
    report.found("The links have no delay of their own: what remains is that of the machine.");
  }

  private static final Map<String, String> TITLES =
      Map.of(
          "rate", "Rate of kernel links, asked and measured",
          "delay", "Round trip of eight bytes",
          "quota", "Processor quotas, asked and measured",
          "model", "One model over emulated links and over the kernel's");

  private static Optional<Double> worst(Map<String, Table> kinds, String kind) {
    return Optional.ofNullable(kinds.get(kind))
        .flatMap(rows -> rows.numbers("error").stream().map(Math::abs).max(Double::compare));
  }
}
