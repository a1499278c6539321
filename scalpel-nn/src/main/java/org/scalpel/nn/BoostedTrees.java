package org.scalpel.nn;

import java.util.Arrays;
import java.util.List;

/**
 * Regression trees that each correct the sum of those before (gradient boosting). Where examples
 * end they go on level, which networks do not: the two err in different ways, and their mean errs
 * less.
 *
 * @param inputs how many numbers an example has
 * @param base the answer before the first tree
 */
public record BoostedTrees(int inputs, double base, List<Tree> trees) {
  private static final int MOST_DEPTH = 12;

  /**
   * A tree of at most {@value #MOST_DEPTH} levels: node {@code i} goes on at {@code 2i + 1} where
   * the number is at most the threshold, else at {@code 2i + 2}; a node without a feature is a
   * leaf.
   *
   * @param feature index of a number, −1 for a leaf
   * @param value the threshold, or the leaf's answer
   */
  // Arrays: what the innermost loop runs over.
  @SuppressWarnings("ArrayRecordComponent")
  public record Tree(int[] feature, float[] value) {
    /** Checks. */
    public Tree {
      int size = feature.length;
      if (size != value.length || size == 0 || size >= 1 << (MOST_DEPTH + 1)) {
        throw new NetworkException(
            "a tree of %d nodes with %d values; expected as many, from 1 to %d"
                .formatted(size, value.length, (1 << (MOST_DEPTH + 1)) - 1));
      }
      for (int node = 0; node < size; node++) {
        if (feature[node] >= 0 && 2 * node + 2 >= size) {
          throw new NetworkException("node " + node + " of a tree leads out of it");
        }
        if (!Float.isFinite(value[node])) {
          throw new NetworkException("a tree with " + value[node] + "; expected finite numbers");
        }
      }
    }
  }

  /**
   * A tree with every leaf on the last level: which way a walk takes is then no jump that the
   * processor could mispredict, and several walks overlap.
   */
  private static final class FullTree {
    private final int depth;
    private final int[] feature;
    private final float[] value;

    FullTree(Tree tree) {
      depth = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(tree.feature.length);
      int size = (2 << depth) - 1;
      feature = Arrays.copyOf(tree.feature, size);
      value = Arrays.copyOf(tree.value, size);
      for (int node = 0; 2 * node + 2 < size; node++) {
        if (feature[node] < 0) {
          for (int child = 2 * node + 1; child <= 2 * node + 2; child++) {
            feature[child] = -1;
            value[child] = value[node];
          }
          feature[node] = 0;
          value[node] = Float.POSITIVE_INFINITY;
        }
      }
    }

    void addTo(double[] sums, float[][] examples) {
      for (int i = 0; i < sums.length; i++) {
        float[] example = examples[i];
        int node = 0;
        for (int level = 0; level < depth; level++) {
          node = 2 * node + (example[feature[node]] <= value[node] ? 1 : 2);
        }
        sums[i] += value[node];
      }
    }
  }

  /** Copies and checks. */
  public BoostedTrees {
    trees = List.copyOf(trees);
    if (!Double.isFinite(base)) {
      throw new NetworkException("trees from " + base + " on; expected a finite number");
    }
    for (Tree tree : trees) {
      for (int feature : tree.feature()) {
        if (feature >= inputs) {
          throw new NetworkException(
              "a tree asks for number %d; expected less than %d".formatted(feature, inputs));
        }
      }
    }
  }

  /** The answer for an example. */
  public double answer(float[] example) {
    return answers(new float[][] {example})[0];
  }

  /** The answers for these examples: tree by tree, so that one of them at a time is looked at. */
  public double[] answers(float[][] examples) {
    double[] sums = new double[examples.length];
    Arrays.fill(sums, base);
    for (Tree tree : trees) {
      new FullTree(tree).addTo(sums, examples);
    }
    return sums;
  }
}
