package org.scalpel.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BoostingTest {
  @Test
  void learnsStepsAndSlopesAndIsLevelBeyond() {
    Examples examples = steps(2000, 1);
    BoostedTrees trees = Boosting.DEFAULT.train(examples, 1);
    Examples other = steps(500, 2);
    double off = 0;
    for (int row = 0; row < other.size(); row++) {
      off += Math.abs(trees.answer(other.x()[row]) - other.y()[row][0]) / other.size();
    }
    assertThat(off).isLessThan(0.1);
    assertThat(trees.answer(new float[] {50, 0.5f, 0}))
        .isEqualTo(trees.answer(new float[] {5000, 0.5f, 0}));
  }

  @Test
  void theSameSeedGivesTheSameTrees() {
    Examples examples = steps(300, 1);
    float[] probe = {0.3f, 0.6f, 0.1f};
    double first = Boosting.DEFAULT.train(examples, 1).answer(probe);
    assertThat(Boosting.DEFAULT.train(examples, 1).answer(probe)).isEqualTo(first);
    assertThat(Boosting.DEFAULT.train(examples, 2).answer(probe)).isNotEqualTo(first);
  }

  @Test
  void leavesOutWhatIsUnknownAndAnswersWithTheMeanOfOneValue() {
    Examples examples =
        Examples.of(new float[][] {{1}, {2}, {3}}, new float[][] {{7}, {Float.NaN}, {7}});
    assertThat(Boosting.DEFAULT.train(examples, 1).answer(new float[] {2})).isEqualTo(7);
    Examples none = Examples.of(new float[][] {{1}}, new float[][] {{Float.NaN}});
    assertThat(Boosting.DEFAULT.train(none, 1).answer(new float[] {2})).isZero();
  }

  @Test
  void refusesTreesThatLeadAstray() {
    assertThatThrownBy(() -> new BoostedTrees.Tree(new int[] {0}, new float[] {1}))
        .isInstanceOf(NetworkException.class)
        .hasMessageContaining("leads out of it");
    assertThatThrownBy(() -> new BoostedTrees.Tree(new int[] {-1}, new float[] {Float.NaN}))
        .hasMessageContaining("finite");
    BoostedTrees.Tree second = new BoostedTrees.Tree(new int[] {1, -1, -1}, new float[] {0, 1, 2});
    assertThatThrownBy(() -> new BoostedTrees(1, 0, List.of(second)))
        .hasMessageContaining("expected less than 1");
    assertThat(new BoostedTrees(2, 1, List.of(second)).answer(new float[] {0, 5})).isEqualTo(3);
  }

  private static Examples steps(int rows, long seed) {
    Random random = new Random(seed);
    float[][] x = new float[rows][3];
    float[][] y = new float[rows][1];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < 3; i++) {
        x[row][i] = random.nextFloat();
      }
      y[row][0] = (x[row][0] > 0.5 ? 2 : 0) + x[row][1];
    }
    return Examples.of(x, y);
  }
}
