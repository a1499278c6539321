package org.scalpel.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SmoothSharesTest {
  @Test
  void everyChoiceIsWithinTwoRequestsOfItsShareAtAnyMoment() {
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      int choices = 1 + random.nextInt(6);
      List<Double> shares = new ArrayList<>();
      for (int i = 0; i < choices; i++) {
        shares.add(0.01 + random.nextDouble());
      }
      double sum = shares.stream().mapToDouble(s -> s).sum();
      SmoothShares turns = new SmoothShares(shares);
      int[] dealt = new int[choices];
      for (int n = 1; n <= 500; n++) {
        dealt[turns.next()]++;
        for (int i = 0; i < choices; i++) {
          assertThat(dealt[i] - n * shares.get(i) / sum).isBetween(-2.0, 2.0);
        }
      }
    }
  }

  @Test
  void equalSharesTakeTurns() {
    SmoothShares turns = new SmoothShares(List.of(0.5, 0.5));
    assertThat(List.of(turns.next(), turns.next(), turns.next(), turns.next()))
        .containsExactly(0, 1, 0, 1);
  }

  @Test
  void aChoiceWithoutRoomIsPassedOverAndNoOtherIsDealtMuchMoreThanItsShare() {
    Random random = new Random(4);
    for (int round = 0; round < 200; round++) {
      double small = 0.02 + 0.3 * random.nextDouble();
      SmoothShares turns = new SmoothShares(List.of(1 - small, small));
      int others = 0;
      for (int n = 1; n <= 1_000; n++) {
        others += turns.next(choice -> choice == 1);
        assertThat(others - n * small).isBetween(-2.0, 5.0);
      }
      assertThat(others - 1_000 * small).isGreaterThan(2);
      int caughtUp = 0;
      for (int n = 0; n < 1_000; n++) {
        caughtUp += turns.next();
      }
      assertThat(others + caughtUp - 2_000 * small).isBetween(-2.0, 2.0);
    }
  }
}
