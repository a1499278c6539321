package org.scalpel.lab;

import java.util.List;
import org.scalpel.app.UserException;

/** All experiments, in the order of {@code lab list}. */
final class Experiments {
  private static final List<Experiment> ALL =
      List.of(
          new LinksExperiment(),
          new NamespacesExperiment(),
          new PlannerExperiment(),
          new MakespanExperiment(),
          new QualityExperiment(),
          new PredictionExperiment(),
          new CodecsExperiment(),
          new OverheadExperiment(),
          new OracleExperiment(),
          DadsExperiment.light(),
          DadsExperiment.heavy(),
          new DadsDynamicExperiment(),
          new DadsLimitedCloudExperiment(),
          new EndEdgeCloudExperiment(),
          new EddiExperiment(),
          new DeccExperiment(),
          new ThroughputExperiment(),
          new SoakExperiment(),
          new MixExperiment(),
          new AdaptExperiment(),
          new FaultsExperiment());

  private Experiments() {}

  static List<Experiment> all() {
    return ALL;
  }

  static Experiment named(String name) {
    return ALL.stream()
        .filter(experiment -> experiment.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "no experiment "
                        + name
                        + ": expected one of "
                        + String.join(", ", ALL.stream().map(Experiment::name).toList())));
  }
}
