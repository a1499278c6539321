package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.scalpel.cost.Network;
import org.scalpel.graph.Confidence;

/**
 * What do early exits gain under a deadline? Nine deadlines, from the fastest exit to 1.2 times the
 * corrected minimum cut of the whole model, over the networks of the papers; every {@link
 * ExitSchemes scheme} by prediction from the confidences of each picture, some of them {@link
 * ExitTrial measured} over real tiers. Accuracies are of pictures that neither heads nor thresholds
 * were made from.
 */
public final class EddiExperiment implements Experiment {
  static final String DEADLINES = "deadlines";
  static final String LOSS = "loss";
  static final double MOST_LOSS = 0.01;

  private static final List<Double> EDGES = List.of(1.0, 16.0, 4.0, 64.0);
  private static final List<String> MEASURED = List.of("3g", "wifi");

  @Override
  public String name() {
    return "eddi";
  }

  @Override
  public String question() {
    return "What do early exits gain under a deadline, chosen together with the partition?";
  }

  @Override
  public List<String> columns() {
    return EddiRow.COLUMNS;
  }

  @Override
  public List<Cell> cells(Lab lab) {
    List<Cell> cells = new ArrayList<>();
    ExitSource.leftOut(lab).ifPresent(lab.note()::say);
    for (ExitSource source : sources(lab)) {
      String name = source.name();
      cells.add(new Cell(name + "/prepare", () -> prepare(source, lab)));
      for (Network.LinkSpec link : lab.quick() ? EddiWorld.FEW : EddiWorld.LINKS) {
        cells.add(
            new Cell(name + "/" + link.name(), () -> predicted(world(source, lab), lab, link)));
      }
      cells.add(new Cell(name + "/traces", () -> traces(world(source, lab), lab)));
    }
    // At the end, as these want a machine that does nothing else.
    for (ExitSource source : sources(lab)) {
      for (String link : lab.quick() ? MEASURED.subList(0, 1) : MEASURED) {
        cells.add(
            new Cell(
                source.name() + "/" + link + "/measured",
                () -> new ExitTrial(lab, source, world(source, lab)).rows(EddiWorld.link(link))));
      }
    }
    return cells;
  }

  private static List<List<String>> traces(EddiWorld world, Lab lab) {
    lab.note().say("eddi: %s under traces".formatted(world.subject().name()));
    return new EddiTraces(world, lab.pick(6, 12))
            .rows(BandwidthTraces.some(lab.pick(1, 5), lab.seed()), lab.pick(120, 600), lab.seed())
            .stream()
            .map(EddiRow::cells)
            .toList();
  }

  @Override
  public Optional<String> obstacle(Lab lab) {
    return ExitSource.all(lab).isEmpty()
        ? Optional.of(
            "no labelled pictures are here: expected --pictures FOLDER of CIFAR-10's classes, or SCALPEL_ZOO with data/cifar10-jpeg")
        : Optional.empty();
  }

  private static List<ExitSource> sources(Lab lab) {
    List<ExitSource> all = ExitSource.all(lab);
    List<String> wanted = lab.options().models();
    if (wanted.isEmpty()) {
      return lab.quick() ? all.subList(0, Math.min(1, all.size())) : all;
    }
    return all.stream().filter(source -> wanted.contains(source.name())).toList();
  }

  private static List<List<String>> prepare(ExitSource source, Lab lab) {
    ExitSubject.prepare(source, lab);
    return List.of();
  }

  private static EddiWorld world(ExitSource source, Lab lab) {
    return EddiWorld.of(ExitSubject.read(source, lab));
  }

  private static List<List<String>> predicted(EddiWorld world, Lab lab, Network.LinkSpec link) {
    lab.note().say("eddi: %s over %s".formatted(world.subject().name(), link.name()));
    List<EddiRow> rows = new ArrayList<>(deadlines(world, link));
    for (double edge : lab.quick() ? EDGES.subList(0, 2) : EDGES) {
      rows.addAll(losses(world, link, edge));
    }
    return rows.stream().map(EddiRow::cells).toList();
  }

  private static List<EddiRow> deadlines(EddiWorld world, Network.LinkSpec link) {
    EddiChoices choices = EddiChoices.of(world, link);
    EddiRow.Place place = new EddiRow.Place(world.subject().name(), link.name(), 1);
    List<EddiRow> rows = new ArrayList<>();
    for (double deadline : choices.deadlines()) {
      choices
          .at(deadline)
          .forEach(
              (scheme, way) ->
                  rows.add(
                      EddiRow.predicted(
                          DEADLINES,
                          place,
                          deadline,
                          scheme,
                          judged(world, way, deadline, way.partition().periodMs()))));
    }
    return rows;
  }

  private static EddiRow.Judged judged(
      EddiWorld world, ExitWay way, double deadline, double periodMs) {
    var samples = world.subject().samples().evaluation();
    return new EddiRow.Judged(
        way, way.on(samples, Confidence.PROBABILITY, deadline), periodMs, samples.rows().size());
  }

  /** The fastest at an accuracy loss of at most one point. */
  private static List<EddiRow> losses(EddiWorld world, Network.LinkSpec link, double edge) {
    ExitSchemes schemes = world.schemes(link, edge);
    EddiRow.Place place = new EddiRow.Place(world.subject().name(), link.name(), edge);
    double none = Double.POSITIVE_INFINITY;
    return List.of(
        EddiRow.predicted(
            LOSS,
            place,
            none,
            ExitSchemes.OURS,
            judged(world, schemes.cheapest(MOST_LOSS), none, schemes.period(MOST_LOSS))),
        EddiRow.predicted(
            LOSS,
            place,
            none,
            ExitSchemes.EDDI,
            judged(
                world,
                schemes.cheapestFixed(MOST_LOSS),
                none,
                schemes.cheapestFixed(MOST_LOSS).partition().periodMs())),
        EddiRow.predicted(
            LOSS,
            place,
            none,
            ExitSchemes.NO_EXITS,
            judged(world, schemes.noExits(), none, schemes.periodWithoutExits())));
  }

  @Override
  public void conclude(Table results, Report report) {
    new EddiReport(results).write(report);
  }
}
