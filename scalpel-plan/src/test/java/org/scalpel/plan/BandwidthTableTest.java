package org.scalpel.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tables of partitions against fresh cuts at random bandwidths. */
class BandwidthTableTest {
  private static final Request LATENCY = Request.of(Objective.LATENCY);
  private final Random random = new Random(8);

  private double rate() {
    return Math.pow(10, 5 * random.nextDouble() - 2);
  }

  private static Problem at(Problem problem, int link, double mbps) {
    List<Link> links = new ArrayList<>(problem.links());
    Link old = links.get(link);
    links.set(link, old.withRates(mbps, mbps * old.downMbps() / old.upMbps()));
    return problem.withLinks(links);
  }

  private static double fresh(Problem problem) {
    return new MinCut().plan(problem, LATENCY).valueMs();
  }

  @Test
  void aTableOfOneLinkEqualsFreshCutsAtEveryBandwidth() {
    for (int i = 0; i < 1_000; i++) {
      Problem problem = problem(i, 3 + i % 12, 2 + i % 3);
      int link = i % problem.links().size();
      BandwidthTable table = BandwidthTable.of(problem, LATENCY, link);
      for (int sample = 0; sample < 10; sample++) {
        double mbps = rate();
        double best = fresh(at(problem, link, mbps));
        assertThat(table.valueMs(mbps)).isCloseTo(best, within(1e-6 * best + 1e-4));
      }
    }
  }

  private static Problem problem(int seed, int layers, int tiers) {
    RandomProblems problems = new RandomProblems(seed).forbidden().codecs();
    Problem problem = (seed % 2 == 0 ? problems : problems.reach().charges()).next(layers, tiers);
    while (!feasible(problem)) {
      problem = problems.next(layers, tiers);
    }
    return problem;
  }

  private static boolean feasible(Problem problem) {
    try {
      Setup.of(problem, LATENCY);
      return true;
    } catch (InfeasibleException forbidden) {
      return false;
    }
  }

  @Test
  void aTableTakesTwoCutsPerBreakpointAndOne() {
    for (int i = 0; i < 60; i++) {
      BandwidthTable table = BandwidthTable.of(problem(i, 12, 2), LATENCY, 0);
      int breakpoints = table.pieces().size() - 1;
      assertThat(table.cuts()).isLessThanOrEqualTo(Math.max(2, 2 * breakpoints + 1));
    }
  }

  @Test
  void piecesFollowEachOtherWithoutGapAndCostFallsWithBandwidth() {
    for (int i = 0; i < 60; i++) {
      List<BandwidthTable.Piece> pieces = BandwidthTable.of(problem(i, 12, 2), LATENCY, 0).pieces();
      assertThat(pieces.get(0).fromMbps()).isZero();
      assertThat(pieces.get(pieces.size() - 1).toMbps()).isInfinite();
      for (int at = 1; at < pieces.size(); at++) {
        assertThat(pieces.get(at).fromMbps()).isEqualTo(pieces.get(at - 1).toMbps());
        assertThat(pieces.get(at).msMbps()).isGreaterThan(pieces.get(at - 1).msMbps());
        assertThat(pieces.get(at).fixedMs()).isLessThan(pieces.get(at - 1).fixedMs());
      }
    }
  }

  @Test
  void aWrongBandwidthCostsAtMostTheFactorByWhichItIsWrong() {
    for (int i = 0; i < 100; i++) {
      BandwidthTable table = BandwidthTable.of(problem(i, 14, 2 + i % 2), LATENCY, 0);
      for (int sample = 0; sample < 50; sample++) {
        double delta = 2 * random.nextDouble();
        double estimate = rate();
        double truth = estimate * Math.pow(1 + delta, 2 * random.nextDouble() - 1);
        double cost = table.at(estimate).valueMs(truth);
        assertThat(cost)
            .isLessThanOrEqualTo((1 + delta) * table.valueMs(truth) * (1 + 1e-9) + 1e-9);
      }
    }
  }

  @Test
  void theBestFixedPlanIsAtTheHarmonicMeanAndAtTheQuantileOfSlowness() {
    for (int i = 0; i < 100; i++) {
      BandwidthTable table = BandwidthTable.of(problem(i, 14, 2), LATENCY, 0);
      double[] samples = random.doubles(40, 0.05, 40).toArray();
      double mean = mean(table.bestOnAverage(samples), samples);
      double tail = tail(table.bestAtQuantile(0.95, samples), samples);
      for (BandwidthTable.Piece piece : table.pieces()) {
        assertThat(mean).isLessThanOrEqualTo(mean(piece, samples) * (1 + 1e-9));
        assertThat(tail).isLessThanOrEqualTo(tail(piece, samples) * (1 + 1e-9));
      }
    }
  }

  private static double mean(BandwidthTable.Piece piece, double[] samples) {
    return Arrays.stream(samples).map(piece::valueMs).average().orElseThrow();
  }

  private static double tail(BandwidthTable.Piece piece, double[] samples) {
    double[] sorted = Arrays.stream(samples).map(piece::valueMs).sorted().toArray();
    return sorted[(int) Math.ceil(0.95 * sorted.length) - 1];
  }

  @Test
  void aTableOfTwoLinksEqualsFreshCutsAtEveryPairOfBandwidths() {
    for (int i = 0; i < 60; i++) {
      Problem problem = problem(i, 3 + i % 12, 3);
      PlaneTable table = PlaneTable.of(problem, LATENCY, 0, 1);
      for (int sample = 0; sample < 10; sample++) {
        double first = rate();
        double second = rate();
        double best = fresh(at(at(problem, 0, first), 1, second));
        assertThat(table.at(first, second).valueMs(first, second))
            .isCloseTo(best, within(1e-6 * best + 1e-4));
      }
    }
  }

  @Test
  void theExamplesTableIsWritten() {
    BandwidthTable table = BandwidthTable.of(Examples.example(), LATENCY, 0);
    assertThat(TableJson.write(table)).contains("\"pieces\"", "\"up_mbps\"", "\"partition\"");
    assertThat(table.at(18.88).valueMs(18.88)).isCloseTo(64.769, within(5e-4));
    assertThat(TableJson.write(PlaneTable.of(Examples.example(), LATENCY, 0, 1)))
        .contains("\"planes\"");
  }

  @Test
  void aLinkThatIsDownHasNoTable() {
    Problem problem =
        at(Examples.example(), 0, 1).withLinks(List.of(Link.of(0, 1, 1), Link.of(1, 1, 1)));
    assertThatThrownBy(() -> BandwidthTable.of(problem, LATENCY, 0))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("device->edge");
    assertThatThrownBy(() -> BandwidthTable.of(problem, LATENCY, 7))
        .isInstanceOf(ProblemException.class);
  }
}
