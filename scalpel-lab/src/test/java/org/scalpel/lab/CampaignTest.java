package org.scalpel.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CampaignTest {
  @TempDir private Path out;
  private final List<String> notes = new ArrayList<>();
  private final List<String> ran = new ArrayList<>();

  private record Fake(String name, Optional<String> reason) implements Experiment {
    @Override
    public String question() {
      return "Is it " + name + "?";
    }

    @Override
    public Optional<String> obstacle(Lab lab) {
      return reason;
    }

    @Override
    public List<String> columns() {
      return List.of("n");
    }

    @Override
    public List<Cell> cells(Lab lab) {
      return List.of();
    }

    @Override
    public void conclude(Table results, Report report) {}
  }

  private static final List<Experiment> THREE =
      List.of(
          new Fake("first", Optional.empty()),
          new Fake("second", Optional.of("there is no zoo")),
          new Fake("third", Optional.empty()));

  private Campaign.Outcome run(String broken) throws Exception {
    ran.clear();
    notes.clear();
    return new Campaign(out, new Lab.Options(true, 1, List.of()), notes::add)
        .run(
            THREE,
            experiment -> {
              if (experiment.name().equals(broken)) {
                throw new IllegalStateException("the cable broke");
              }
              ran.add(experiment.name());
            });
  }

  @Test
  void oneThatFailsDoesNotKeepTheOthersFromRunning() throws Exception {
    Campaign.Outcome outcome = run("first");
    assertThat(outcome.done()).containsExactly("third");
    assertThat(outcome.skipped()).containsEntry("second", "there is no zoo");
    assertThat(outcome.failed()).containsEntry("first", "the cable broke");
  }

  @Test
  void startedAgainItRunsWhatIsMissing() throws Exception {
    run("first");
    Campaign.Outcome again = run("none");
    assertThat(ran).containsExactly("first");
    assertThat(again.done()).containsExactly("first", "third");
    run("none");
    assertThat(ran).containsExactly("first", "third");
  }

  @Test
  void itSaysHowLongItWillTakeByTheLastRun() throws Exception {
    Path folder = Files.createDirectories(out.resolve("third"));
    Files.writeString(
        folder.resolve("run.json"), "{\"quick\":true,\"resumed_cells\":0,\"duration_s\":200}");
    run("none");
    assertThat(notes)
        .contains(
            "lab: second is left out: there is no zoo",
            "lab: 1 of 3, first: about 60 s; all that is left: about 4 min",
            "lab: 3 of 3, third: about 3 min; all that is left: about 3 min");
  }

  @Test
  void theWholeRehearsalIsExpectedToTakeAQuarterOfAnHour() {
    Durations durations = new Durations(out, true);
    double sum = 0;
    for (Experiment experiment : Experiments.all()) {
      sum += durations.seconds(experiment.name());
    }
    assertThat(sum).isLessThanOrEqualTo(15 * 60);
  }
}
