package org.scalpel.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.scalpel.plan.Objective;

/**
 * DNN Surgery (DADS) beside honest baselines: one model on an edge device and in a cloud, over
 * links of 0.13 to 1000 Mbit/s, for latency under light load or for throughput under heavy load.
 * Every {@link DadsSchemes scheme} is planned in every cell, and measured over real tier processes
 * and an emulated link where a request takes no more than some seconds. In two declared {@link
 * DadsCalibration calibrations}: the paper's machines, as far as its figures say, and today's.
 */
public final class DadsExperiment implements Experiment {
  private static final List<String> MODELS =
      List.of("alexnet", "tiny-yolov2", "nin", "resnet18", "vgg16");
  private static final int LEAST = 5;
  private static final double PRECISION = 0.03;

  private final Objective objective;

  private DadsExperiment(Objective objective) {
    this.objective = objective;
  }

  /** Latency. */
  static DadsExperiment light() {
    return new DadsExperiment(Objective.LATENCY);
  }

  /** Throughput. */
  static DadsExperiment heavy() {
    return new DadsExperiment(Objective.THROUGHPUT);
  }

  private boolean isHeavy() {
    return objective == Objective.THROUGHPUT;
  }

  @Override
  public String name() {
    return isHeavy() ? "dads-heavy" : "dads-light";
  }

  @Override
  public String question() {
    return "What does partitioning between an edge device and a cloud gain in %s, and against what?"
        .formatted(isHeavy() ? "throughput" : "latency");
  }

  @Override
  public List<String> columns() {
    return DadsBench.COLUMNS;
  }

  /**
   * How much to measure.
   *
   * @param mbps the networks
   * @param profile the time for a model's profile
   * @param rehearsal the time for requests that make the virtual machine compile the data path
   * @param stop when a cell, or a scheme under heavy load, has measured enough
   * @param mostMs a scheme that is predicted to take longer is not measured
   */
  record Effort(
      List<Double> mbps,
      Duration profile,
      Duration rehearsal,
      InterleavedRuns.Stop stop,
      double mostMs) {
    static Effort of(Lab lab, boolean heavy) {
      Duration most = Duration.ofSeconds(heavy ? lab.pick(1, 3) : lab.pick(3, 15));
      return new Effort(
          lab.quick() ? List.of(DadsPaper.MBPS, 18.88) : DadsNetworks.MBPS,
          Duration.ofSeconds(lab.pick(3, 12)),
          Duration.ofSeconds(lab.pick(1, 2)),
          new InterleavedRuns.Stop(LEAST, most, PRECISION),
          heavy ? 1_100 : lab.pick(1_500, 4_500));
    }
  }

  @Override
  public List<Cell> cells(Lab lab) {
    List<LabModel> usual =
        (lab.quick() ? MODELS.subList(0, 1) : MODELS)
            .stream().map(name -> LabModel.named(name).orElseThrow()).toList();
    return cells(lab, lab.models(usual), Effort.of(lab, isHeavy()));
  }

  List<Cell> cells(Lab lab, List<LabModel> models, Effort effort) {
    List<Cell> cells = new ArrayList<>();
    for (LabModel model : models) {
      DadsBench.Order order = new DadsBench.Order(lab, model, objective, effort);
      cells.add(new Cell(model.name() + "/profile", () -> new DadsBench(order).profile()));
      for (String calibration : List.of(DadsCalibration.PAPER, DadsCalibration.TODAY)) {
        if (calibration.equals(DadsCalibration.PAPER) && !DadsPaper.shows(model.name())) {
          continue;
        }
        for (double mbps : effort.mbps()) {
          if (spared(lab, calibration, mbps)) {
            continue;
          }
          cells.add(
              new Cell(
                  model.name() + "/" + calibration + "/" + mbps,
                  () -> new DadsBench(order).rows(calibration, mbps)));
        }
      }
    }
    return cells;
  }

  /** A rehearsal has one network for each calibration. */
  private static boolean spared(Lab lab, String calibration, double mbps) {
    boolean papers = calibration.equals(DadsCalibration.PAPER);
    return lab.quick() && papers != (mbps == DadsPaper.MBPS);
  }

  @Override
  public void conclude(Table results, Report report) {
    new DadsReport(results, isHeavy()).write(report);
  }
}
