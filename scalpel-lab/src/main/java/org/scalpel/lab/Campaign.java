package org.scalpel.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs many experiments one after the other. One that cannot run here is left out, with the reason;
 * one that fails does not keep the others from running. What was finished is kept in a journal
 * until all are, so that a campaign that was interrupted, or of which some failed, goes on with the
 * rest when it is started again with the same options.
 */
final class Campaign {
  private static final String JOURNAL = "all.jsonl";
  private static final int SECONDS = 60;

  /** Runs one experiment. */
  interface Step {
    void run(Experiment experiment) throws Exception;
  }

  /**
   * What became of them, by name.
   *
   * @param skipped with the reason
   * @param failed with the message
   */
  record Outcome(List<String> done, Map<String, String> skipped, Map<String, String> failed) {}

  private final Path out;
  private final Lab.Options options;
  private final Lab.Notes notes;
  private final Durations durations;

  Campaign(Path out, Lab.Options options, Lab.Notes notes) {
    this.out = out;
    this.options = options;
    this.notes = notes;
    this.durations = new Durations(out, options.quick());
  }

  Outcome run(List<Experiment> experiments, Step step) throws Exception {
    java.nio.file.Files.createDirectories(out);
    Journal journal = Journal.open(out.resolve(JOURNAL), options.toString());
    Map<String, String> skipped = new LinkedHashMap<>();
    Map<String, String> failed = new LinkedHashMap<>();
    List<Experiment> left = new ArrayList<>();
    for (Experiment experiment : experiments) {
      Optional<String> obstacle = experiment.obstacle(new Lab(options, out, out, notes));
      obstacle.ifPresent(reason -> skipped.put(experiment.name(), reason));
      if (obstacle.isEmpty() && journal.rows(experiment.name()).isEmpty()) {
        left.add(experiment);
      }
    }
    skipped.forEach((name, reason) -> notes.say("lab: " + name + " is left out: " + reason));
    if (journal.size() > 0) {
      notes.say("lab: goes on after " + journal.size() + " experiments");
    }
    for (int i = 0; i < left.size(); i++) {
      Experiment experiment = left.get(i);
      notes.say(place(experiments, left, i));
      long start = System.nanoTime();
      try {
        step.run(experiment);
        double seconds = (System.nanoTime() - start) / 1e9;
        journal.add(experiment.name(), List.of(List.of(Figure.of(seconds))));
      } catch (InterruptedException stop) {
        throw stop;
      } catch (Exception e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        failed.put(experiment.name(), message);
        notes.say("lab: " + experiment.name() + " failed: " + message);
      }
    }
    List<String> done =
        experiments.stream()
            .map(Experiment::name)
            .filter(name -> journal.rows(name).isPresent())
            .toList();
    if (failed.isEmpty()) {
      journal.finish();
    }
    return new Outcome(done, skipped, failed);
  }

  /** Which one comes, and how long it and the rest will take. */
  private String place(List<Experiment> all, List<Experiment> left, int next) {
    double rest = 0;
    for (Experiment experiment : left.subList(next, left.size())) {
      rest += durations.seconds(experiment.name());
    }
    String name = left.get(next).name();
    return "lab: %d of %d, %s: about %s; all that is left: about %s"
        .formatted(
            all.indexOf(left.get(next)) + 1,
            all.size(),
            name,
            span(durations.seconds(name)),
            span(rest));
  }

  /** A length of time, to read. */
  static String span(double seconds) {
    long whole = Math.round(seconds);
    return whole < 2 * SECONDS ? whole + " s" : Math.round(seconds / SECONDS) + " min";
  }
}
