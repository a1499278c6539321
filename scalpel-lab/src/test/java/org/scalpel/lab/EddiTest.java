package org.scalpel.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.scalpel.graph.Confidence;
import org.scalpel.learn.ExitSamples;
import org.scalpel.learn.Skipped;
import org.scalpel.plan.Partition;

/** How ways are chosen under traces, and what the report of early exits says. */
class EddiTest {
  private static final double DEADLINE_MS = 100;

  /** Of 100 pictures the exit knows 50, the end 80. */
  private static ExitSamples samples() {
    List<ExitSamples.Row> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ExitSamples.Answer early = new ExitSamples.Answer(i < 50 ? 1 : 0, 0.5f, 0.5f, 0.5f);
      ExitSamples.Answer end = new ExitSamples.Answer(i < 80 ? 1 : 0, 0.5f, 0.5f, 0.5f);
      rows.add(new ExitSamples.Row(1, List.of(early, end)));
    }
    return new ExitSamples(
        "", List.of("exit1", "final"), 2, true, rows, new Skipped(List.of(), List.of()));
  }

  private static TraceLine line(int depth, List<Double> thresholds, List<Integer> here) {
    Partition partition =
        new Partition(
            1,
            new Partition.Times(0, 0, 0, Map.of()),
            Map.of(),
            Map.of(),
            Optional.empty(),
            List.of());
    ExitWay way = new ExitWay("", depth, thresholds, partition, List.of(0.0, 0.0));
    // The exit on the device takes 20 ms on any link, the end 50 ms and 50 more at 1 Mbit/s.
    return new TraceLine(way, List.of(20.0, 50.0), List.of(0.0, 50.0), here);
  }

  private static OddsPolicy odds(TraceLine... lines) {
    return new OddsPolicy(List.of(lines), samples(), Confidence.PROBABILITY, DEADLINE_MS);
  }

  @Test
  void whatALinkMayCarryNextIsLearnedFromItsChanges() {
    RateOutlook outlook = new RateOutlook();
    assertThat(outlook.chance(10, 0)).isEqualTo(1);
    for (int i = 0; i < 200; i++) {
      outlook.saw(10, i % 4 == 0 ? 5 : 10);
    }
    assertThat(outlook.chance(8, 8)).isCloseTo(0.75, within(0.01));
    assertThat(outlook.chance(8, 4)).isEqualTo(1);
    assertThat(outlook.chance(8, 8.1)).isZero();
  }

  @Test
  void aSteadyLinkIsUsedUpToTheDeadlineAndAShakyOneIsNotTrusted() {
    TraceLine early = line(0, List.of(0.0), List.of());
    TraceLine whole = line(1, List.of(2.0), List.of());
    OddsPolicy steady = odds(early, whole);
    OddsPolicy shaky = odds(early, whole);
    for (int i = 0; i < 200; i++) {
      steady.learn(1, 1, true, true);
      shaky.learn(1, i % 2 == 0 ? 0.5 : 1, true, true);
    }
    assertThat(steady.choose(1)).isSameAs(whole);
    assertThat(shaky.choose(1)).isSameAs(early);
    assertThat(shaky.choose(2)).isSameAs(whole);
  }

  @Test
  void beingLateBecomesDearerAsLongAsItHappens() {
    TraceLine early = line(0, List.of(0.0), List.of());
    TraceLine whole = line(1, List.of(2.0), List.of());
    OddsPolicy policy = odds(early, whole);
    for (int i = 0; i < 200; i++) {
      policy.learn(1, i % 10 == 0 ? 0.5 : 1, true, true);
    }
    assertThat(policy.choose(1)).isSameAs(whole);
    for (int i = 0; i < 600; i++) {
      policy.learn(1, i % 10 == 0 ? 0.5 : 1, true, i % 10 != 0);
    }
    assertThat(policy.choose(1)).isSameAs(early);
    for (int i = 0; i < 1000; i++) {
      policy.learn(1, i % 10 == 0 ? 0.5 : 1, true, true);
    }
    assertThat(policy.choose(1)).isSameAs(whole);
  }

  @Test
  void aLateRequestLeavesAtTheExitThatItHasPassed() {
    TraceLine both = line(-1, List.of(0.9), List.of(0));
    TraceTally.Answer inTime = TraceTally.answer(both, samples().rows().get(60), 1, DEADLINE_MS);
    TraceTally.Answer late = TraceTally.answer(both, samples().rows().get(60), 0.5, DEADLINE_MS);
    assertThat(inTime).isEqualTo(new TraceTally.Answer(100, true, true));
    assertThat(late).isEqualTo(new TraceTally.Answer(DEADLINE_MS, false, true));
    TraceLine whole = line(1, List.of(2.0), List.of());
    assertThat(TraceTally.answer(whole, samples().rows().get(60), 0.5, DEADLINE_MS))
        .isEqualTo(new TraceTally.Answer(150, true, false));
  }

  private static List<String> row(String scheme, double ms, double inTime, double right) {
    return new EddiRow(
            EddiExperiment.DEADLINES,
            new EddiRow.Place("net", "wifi", 1),
            DEADLINE_MS,
            scheme,
            "",
            EddiRow.PREDICTED,
            new EddiRow.Times(ms, ms, ms / 2),
            new EddiRow.Quality(inTime, right, inTime * right),
            100)
        .cells();
  }

  @Test
  void theReportHasTheHeadlinesOfThePaperAndCountsCellsUnderBothRules() {
    Report report = new Report();
    List<List<String>> rows =
        List.of(
            row(ExitSchemes.OURS, 80, 1, 0.7),
            row(ExitSchemes.OURS_MEAN, 80, 1, 0.7),
            row(ExitSchemes.NO_EXITS, 110, 0, 0.8),
            row(ExitSchemes.EDDI_CODECS, 80, 1, 0.7),
            row(ExitSchemes.CUT, 120, 0, 0.8),
            row(ExitSchemes.EDGENT, 60, 1, 0.5),
            row(ExitSchemes.EDDI, 90, 1, 0.6),
            row(ExitSchemes.EDDI_BLOCKS, 90, 1, 0.6));
    new EddiReport(new Table(EddiRow.COLUMNS, rows)).write(report);

    assertThat(report.headlines())
        .extracting(Headline::id)
        .contains("eddi.accuracy", "eddi.latency", "eddi.throughput");
    Headline latency =
        report.headlines().stream()
            .filter(h -> h.id().equals("eddi.latency"))
            .findFirst()
            .orElseThrow();
    assertThat(latency.asPublished()).isCloseTo(0.25, within(1e-9));
    assertThat(latency.best()).isCloseTo(1 / 3.0, within(1e-4));
    assertThat(report.findings())
        .anyMatch(
            text ->
                text.startsWith("Against the best of Edgent")
                    && text.contains("better in 1 of 1 cells"))
        .anyMatch(
            text ->
                text.startsWith("The same, a late answer counting as late only")
                    && text.contains("better in 1 of 1 cells"));
  }
}
