package org.scalpel.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.scalpel.cost.Network;

/**
 * What does overlap inside one request gain over a minimum cut whose halves run one after the
 * other? Branches that may be cut at points of their own, sessions that end where a tensor should
 * leave, and links that carry one tensor while the next is computed, all over real tier processes
 * behind an emulated link, slowed down as {@link DeccSchemes} declares.
 *
 * <p>First single requests, the ways in turns, in rounds. Then an open load of 0.5 to 3 times what
 * the minimum cut answers when it takes one request at a time, as the papers run it: latency from
 * the moment at which a request was due, and answers per second.
 */
public final class DeccExperiment implements Experiment {
  /** Several inputs, several heads, or one of each. */
  enum Kind {
    INPUTS("several inputs"),
    HEADS("several heads"),
    SINGLE("one input, one output");

    final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /** A model and what it is an example of. */
  record Subject(LabModel model, Kind kind) {}

  /** Up, down (Mbit/s), round trip (ms). */
  private static final List<Network.LinkSpec> LINKS =
      List.of(
          Network.parse("wifi").links().get(0),
          new Network.LinkSpec("lan", 100, 100, 2),
          Network.parse("4g").links().get(0));

  /** One or two of each kind. */
  private static final List<String> LOADED =
      List.of("cameras-4", "audio-video", "heads-4", "resnet18");

  private static final int LEAST_ROUNDS = 5;
  private static final double PRECISION = 0.03;

  @Override
  public String name() {
    return "decc";
  }

  @Override
  public String question() {
    return "What does overlap inside one request gain over a minimum cut run serially?";
  }

  @Override
  public List<String> columns() {
    return List.of(
        "model",
        "kind",
        "link",
        "part",
        "scheme",
        "rate",
        "cuts",
        "sessions",
        "predicted_ms",
        "median_ms",
        "p95_ms",
        "n",
        "reduction",
        "ratio_low",
        "ratio_high",
        "answered_per_s",
        "dropped");
  }

  /**
   * How much to measure.
   *
   * @param links for single requests; the load is measured over the first
   * @param stop when single requests have been measured enough
   * @param loaded the models that are also measured under load
   * @param rates of the load, times the capacity
   * @param loadTime for each scheme and rate
   */
  record Effort(
      List<Network.LinkSpec> links,
      Duration profile,
      Duration rehearsal,
      InterleavedRuns.Stop stop,
      List<String> loaded,
      List<Double> rates,
      Duration loadTime) {
    static Effort of(Lab lab) {
      return new Effort(
          LINKS.subList(0, lab.pick(1, 3)),
          Duration.ofSeconds(lab.pick(3, 8)),
          Duration.ofSeconds(lab.pick(1, 4)),
          new InterleavedRuns.Stop(LEAST_ROUNDS, Duration.ofSeconds(lab.pick(5, 18)), PRECISION),
          LOADED.subList(0, lab.pick(1, LOADED.size())),
          lab.quick() ? List.of(0.5, 2.0) : List.of(0.5, 1.0, 2.0, 3.0),
          Duration.ofMillis(lab.pick(1200, 3000)));
    }
  }

  /** Each kind of network. */
  static List<Subject> subjects() {
    List<Subject> all = new ArrayList<>();
    LabModel.branched()
        .forEach(
            m -> all.add(new Subject(m, m.name().equals("heads-4") ? Kind.HEADS : Kind.INPUTS)));
    LabModel.named("googlenet").ifPresent(m -> all.add(new Subject(m, Kind.SINGLE)));
    LabModel.named("resnet18").ifPresent(m -> all.add(new Subject(m, Kind.SINGLE)));
    return all;
  }

  @Override
  public List<Cell> cells(Lab lab) {
    List<Subject> all = subjects();
    List<Subject> chosen =
        lab
            .models(all.stream().map(Subject::model).toList().subList(0, lab.pick(2, all.size())))
            .stream()
            .map(
                model ->
                    all.stream()
                        .filter(s -> s.model().name().equals(model.name()))
                        .findFirst()
                        .orElse(new Subject(model, Kind.SINGLE)))
            .toList();
    return cells(lab, chosen, Effort.of(lab));
  }

  static List<Cell> cells(Lab lab, List<Subject> subjects, Effort effort) {
    List<Cell> cells = new ArrayList<>();
    for (Subject subject : subjects) {
      String name = subject.model().name();
      DeccBench bench = new DeccBench(lab, subject, effort);
      cells.add(new Cell(name + "/profile", bench::profile));
      for (Network.LinkSpec link : effort.links()) {
        cells.add(new Cell(name + "/" + link.name(), () -> bench.single(link)));
      }
      if (effort.loaded().contains(name)) {
        cells.add(new Cell(name + "/load", () -> bench.load(effort.links().get(0))));
      }
    }
    return cells;
  }

  @Override
  public void conclude(Table results, Report report) {
    new DeccReport(results).write(report);
  }
}
