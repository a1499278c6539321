package org.scalpel.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What exits gain at a loss of one point at most: per model, network and server. */
final class EddiGains {
  /** Of EDDI's abstract: latency under networks and capacities. */
  private static final double PAPER_NETWORK = 0.08;

  private static final double PAPER_CAPACITY = 0.04;

  private final Table losses;

  EddiGains(Table losses) {
    this.losses = losses;
  }

  private record Gain(
      String model,
      String network,
      double edge,
      double latency,
      double oneExit,
      double rate,
      double lost) {}

  private List<Gain> gains() {
    List<Gain> gains = new ArrayList<>();
    losses
        .by("model")
        .forEach(
            (model, ofModel) ->
                ofModel
                    .by("network")
                    .forEach(
                        (network, ofNetwork) ->
                            ofNetwork
                                .by("edge")
                                .forEach((edge, t) -> gains.add(gain(model, network, edge, t)))));
    return gains;
  }

  private static Gain gain(String model, String network, String edge, Table table) {
    double none = EddiFigures.mean(table, ExitSchemes.NO_EXITS, "mean_ms");
    return new Gain(
        model,
        network,
        Double.parseDouble(edge),
        none / EddiFigures.mean(table, ExitSchemes.OURS, "mean_ms") - 1,
        none / EddiFigures.mean(table, ExitSchemes.EDDI, "mean_ms") - 1,
        EddiFigures.mean(table, ExitSchemes.NO_EXITS, "period_ms")
                / EddiFigures.mean(table, ExitSchemes.OURS, "period_ms")
            - 1,
        EddiFigures.mean(table, ExitSchemes.NO_EXITS, "accuracy")
            - EddiFigures.mean(table, ExitSchemes.OURS, "accuracy"));
  }

  void write(Report report) {
    List<Gain> gains = gains();
    List<Gain> networks = gains.stream().filter(gain -> gain.edge() == 1).toList();
    List<Gain> wifi = gains.stream().filter(gain -> gain.network().equals("wifi")).toList();
    double byNetwork = networks.stream().mapToDouble(Gain::latency).average().orElse(Double.NaN);
    double byCapacity = wifi.stream().mapToDouble(Gain::latency).average().orElse(Double.NaN);
    report.found(
        "At a loss of at most one point (on the calibration pictures) exits make a request %s faster in the mean over networks (the paper: %s) and %s over server capacities (the paper: %s), the minimum cut without exits being 0; one exit for everyone gains %s."
            .formatted(
                Figure.percent(byNetwork),
                Figure.percent(PAPER_NETWORK),
                Figure.percent(byCapacity),
                Figure.percent(PAPER_CAPACITY),
                Figure.percent(one(gains))));
    report.headline(
        new Headline("eddi.network", one(networks), byNetwork, "at a loss of one point at most"));
    report.headline(
        new Headline(
            "eddi.capacity", one(wifi), byCapacity, "wifi, server slowed down 1 to 64 times"));
    Gain most = gains.stream().max(Comparator.comparingDouble(Gain::latency)).orElseThrow();
    List<String> nothing =
        gains.stream()
            .filter(gain -> gain.latency() < 0.01)
            .map(
                gain ->
                    "%s over %s, server %.0f".formatted(gain.model(), gain.network(), gain.edge()))
            .toList();
    report.found(
        "The most is %s (%s over %s, server slowed down %.0f times). Exits gain less than one per cent in %d of %d cases%s: a head costs time on every request, and what it spares is little where few requests may leave within a point of accuracy."
            .formatted(
                Figure.percent(most.latency()),
                most.model(),
                most.network(),
                most.edge(),
                nothing.size(),
                gains.size(),
                nothing.isEmpty() ? "" : " (" + String.join("; ", nothing) + ")"));
    List<List<String>> rows = new ArrayList<>();
    for (Gain gain : gains) {
      rows.add(
          List.of(
              gain.model(),
              gain.network(),
              Figure.of(gain.edge()),
              Figure.percent(gain.latency()),
              Figure.percent(gain.oneExit()),
              Figure.percent(gain.rate()),
              EddiFigures.points(-gain.lost())));
    }
    report.table(
        "At a loss of one point at most, predicted: faster than the minimum cut without exits (the paper: +8 % over networks, +4 % over server capacities)",
        new Table(
            List.of(
                "model",
                "network",
                "server slowed down",
                "latency, ours",
                "latency, one exit for all",
                "throughput, ours",
                "accuracy, points"),
            rows));
  }

  private static double one(List<Gain> gains) {
    return gains.stream().mapToDouble(Gain::oneExit).average().orElse(Double.NaN);
  }
}
