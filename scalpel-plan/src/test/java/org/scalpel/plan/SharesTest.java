package org.scalpel.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SharesTest {
  @Test
  void waysThatUseDifferentMachinesWorkSideBySide() {
    Shares best = Shares.best(List.of(Map.of("device", 27.0), Map.of("edge", 13.5)));
    assertThat(best.parts().get(0)).isCloseTo(1 / 3.0, within(1e-6));
    assertThat(best.periodMs()).isCloseTo(9, within(1e-6));
  }

  @Test
  void oneWayHasAll() {
    assertThat(Shares.best(List.of(Map.of("device", 3.0, "edge", 5.0))))
        .isEqualTo(new Shares(List.of(1.0), 5));
  }

  @Test
  void noOtherSharesAreBetter() {
    Random random = new Random(3);
    for (int round = 0; round < 50; round++) {
      List<Map<String, Double>> ways = new ArrayList<>();
      for (int way = 0; way < 3; way++) {
        ways.add(
            Map.of(
                "device", 20 * random.nextDouble(),
                "up", 20 * random.nextDouble(),
                "edge", 20 * random.nextDouble()));
      }
      Shares best = Shares.best(ways);
      for (int other = 0; other < 200; other++) {
        double first = random.nextDouble();
        double second = (1 - first) * random.nextDouble();
        double period = Shares.period(ways, List.of(first, second, 1 - first - second));
        assertThat(period).isGreaterThanOrEqualTo(best.periodMs() - 1e-9);
      }
    }
  }
}
