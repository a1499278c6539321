package org.scalpel.learn;

import java.util.Arrays;
import java.util.List;
import org.scalpel.nn.BoostedTrees;
import org.scalpel.nn.Mlp;

/**
 * One of an ensemble: a network for all platforms, which corrects rooflines, and trees for each
 * platform, which correct them too. A network is smooth between what it has seen and wild beyond,
 * trees are rough between and level beyond: the mean of both errs less than either.
 *
 * @param trees for each output of the network
 */
record Member(Mlp network, List<BoostedTrees> trees) {
  Member {
    trees = List.copyOf(trees);
    for (BoostedTrees one : trees) {
      if (one.inputs() != network.inputs()) {
        throw new LearnException(
            "trees of %d numbers beside a network of %d; expected as many"
                .formatted(one.inputs(), network.inputs()));
      }
    }
    if (trees.size() != network.outputs()) {
      throw new LearnException(
          "%d sets of trees for %d platforms; expected one for each"
              .formatted(trees.size(), network.outputs()));
    }
  }

  /** What the network's last hidden layer sees. */
  float[][] hidden(float[][] encoded) {
    return network.hidden(encoded);
  }

  /** How many numbers that is. */
  int width() {
    return network.layers().get(network.layers().size() - 1).inputs();
  }

  /** Example rows of some indices. */
  static float[][] rows(float[][] all, int[] chosen) {
    return Arrays.stream(chosen).mapToObj(row -> all[row]).toArray(float[][]::new);
  }
}
