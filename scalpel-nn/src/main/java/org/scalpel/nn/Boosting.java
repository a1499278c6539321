package org.scalpel.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * How trees are boosted: numbers are put into bins once, every tree is grown level by level on
 * histograms of what is still missing, on a part of the examples and of the numbers.
 *
 * @param rounds how many trees
 * @param depth levels of splits
 * @param rate how much of what a tree says is taken
 * @param leaf least examples of a leaf
 * @param rows share of the examples that a tree sees
 * @param columns share of the numbers that a tree sees
 */
public record Boosting(int rounds, int depth, double rate, int leaf, double rows, double columns) {
  /** For some thousand examples. */
  public static final Boosting DEFAULT = new Boosting(80, 6, 0.12, 5, 0.8, 0.6);

  /** Errors beyond this count linearly, as those of a network do, see {@link Training}. */
  private static final double HUBER = 0.3;

  private static final double SHRINK = 1;
  private static final int BINS = 64;

  /** Learns the first output of the examples; unknown ones are left out. */
  public BoostedTrees train(Examples examples, long seed) {
    return new Growth(examples, new Random(seed)).train();
  }

  /** One training under way. */
  private final class Growth {
    private final Random random;
    private final int inputs;
    private final int count;
    private final float[] wanted;
    private final float[][] cuts;
    private final byte[][] bin;
    private final double[] answer;
    private final double[] missing;
    private final int[] node;

    Growth(Examples examples, Random random) {
      this.random = random;
      int[] known = new int[examples.size()];
      int size = 0;
      for (int row = 0; row < known.length; row++) {
        if (!Float.isNaN(examples.y()[row][0])) {
          known[size++] = row;
        }
      }
      count = size;
      inputs = examples.x()[0].length;
      wanted = new float[count];
      float[][] columns = new float[inputs][count];
      for (int i = 0; i < count; i++) {
        wanted[i] = examples.y()[known[i]][0];
        for (int f = 0; f < inputs; f++) {
          columns[f][i] = examples.x()[known[i]][f];
        }
      }
      cuts = new float[inputs][];
      bin = new byte[inputs][count];
      for (int f = 0; f < inputs; f++) {
        cuts[f] = cuts(columns[f]);
        for (int i = 0; i < count; i++) {
          int at = Arrays.binarySearch(cuts[f], columns[f][i]);
          bin[f][i] = (byte) (at >= 0 ? at : -at - 1);
        }
      }
      answer = new double[count];
      missing = new double[count];
      node = new int[count];
    }

    /** Between neighbouring values, at most one less than there are bins. */
    private float[] cuts(float[] values) {
      float[] sorted = values.clone();
      Arrays.sort(sorted);
      float[] cuts = new float[BINS - 1];
      int size = 0;
      for (int b = 1; b < BINS && count > 0; b++) {
        float low = sorted[(int) ((long) b * count / BINS)];
        int above = upper(sorted, low);
        if (above < count) {
          float cut = low + (sorted[above] - low) / 2;
          if (size == 0 || cut > cuts[size - 1]) {
            cuts[size++] = cut;
          }
        }
      }
      return Arrays.copyOf(cuts, size);
    }

    private static int upper(float[] sorted, float value) {
      int low = 0;
      int high = sorted.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (sorted[middle] <= value) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    BoostedTrees train() {
      double base = 0;
      for (float value : wanted) {
        base += value / (double) count;
      }
      Arrays.fill(answer, base);
      List<BoostedTrees.Tree> trees = new ArrayList<>();
      for (int round = 0; round < rounds && count > 0; round++) {
        trees.add(tree());
      }
      return new BoostedTrees(inputs, base, trees);
    }

    private BoostedTrees.Tree tree() {
      int size = (1 << (depth + 1)) - 1;
      int[] feature = new int[size];
      float[] value = new float[size];
      Arrays.fill(feature, -1);
      for (int i = 0; i < count; i++) {
        missing[i] = Math.max(-HUBER, Math.min(HUBER, wanted[i] - answer[i]));
        // Examples that this tree does not see wait at the root until it stands.
        node[i] = random.nextDouble() < rows ? 0 : -1;
      }
      boolean[] seen = new boolean[inputs];
      for (int f = 0; f < inputs; f++) {
        seen[f] = random.nextDouble() < columns;
      }
      for (int level = 0; level < depth; level++) {
        split((1 << level) - 1, 1 << level, new Split(feature, value, seen));
      }
      leaves(feature, value);
      BoostedTrees.Tree tree = new BoostedTrees.Tree(feature, value);
      advance(tree);
      return tree;
    }

    /** A tree that grows. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Split(int[] feature, float[] value, boolean[] seen) {}

    /** Splits the nodes of a level where that helps, and sends the examples on. */
    private void split(int first, int nodes, Split tree) {
      double[][] total = new double[nodes][2];
      for (int i = 0; i < count; i++) {
        if (node[i] >= first) {
          total[node[i] - first][0] += missing[i];
          total[node[i] - first][1]++;
        }
      }
      double[] best = new double[nodes];
      int[] cut = new int[nodes];
      Arrays.fill(best, 1e-6);
      for (int f = 0; f < inputs; f++) {
        if (tree.seen()[f] && cuts[f].length > 0) {
          double[] histogram = histogram(f, first, nodes);
          for (int n = 0; n < nodes; n++) {
            search(f, n, total[n], histogram, new Found(first, best, cut, tree));
          }
        }
      }
      for (int i = 0; i < count; i++) {
        int n = node[i];
        if (n >= first && tree.feature()[n] >= 0) {
          int f = tree.feature()[n];
          node[i] = 2 * n + (bin[f][i] <= cut[n - first] ? 1 : 2);
        }
      }
    }

    /** The best splits of a level so far. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Found(int first, double[] gain, int[] cut, Split tree) {}

    private double[] histogram(int f, int first, int nodes) {
      double[] histogram = new double[nodes * BINS * 2];
      byte[] bins = bin[f];
      for (int i = 0; i < count; i++) {
        if (node[i] >= first) {
          int at = ((node[i] - first) * BINS + bins[i]) * 2;
          histogram[at] += missing[i];
          histogram[at + 1]++;
        }
      }
      return histogram;
    }

    private void search(int f, int n, double[] total, double[] histogram, Found found) {
      double whole = total[0] * total[0] / (total[1] + SHRINK);
      double sum = 0;
      double size = 0;
      for (int b = 0; b < cuts[f].length; b++) {
        sum += histogram[(n * BINS + b) * 2];
        size += histogram[(n * BINS + b) * 2 + 1];
        double rest = total[0] - sum;
        double others = total[1] - size;
        if (size >= leaf && others >= leaf) {
          double gain = sum * sum / (size + SHRINK) + rest * rest / (others + SHRINK) - whole;
          if (gain > found.gain()[n]) {
            found.gain()[n] = gain;
            found.cut()[n] = b;
            found.tree().feature()[found.first() + n] = f;
            found.tree().value()[found.first() + n] = cuts[f][b];
          }
        }
      }
    }

    private void leaves(int[] feature, float[] value) {
      double[] sum = new double[feature.length];
      double[] size = new double[feature.length];
      for (int i = 0; i < count; i++) {
        if (node[i] >= 0) {
          sum[node[i]] += missing[i];
          size[node[i]]++;
        }
      }
      for (int n = 0; n < feature.length; n++) {
        if (feature[n] < 0) {
          value[n] = (float) (rate * sum[n] / (size[n] + SHRINK));
        }
      }
    }

    private void advance(BoostedTrees.Tree tree) {
      for (int i = 0; i < count; i++) {
        int n = 0;
        while (tree.feature()[n] >= 0) {
          int f = tree.feature()[n];
          int b = bin[f][i];
          n = 2 * n + (b < cuts[f].length && cuts[f][b] <= tree.value()[n] ? 1 : 2);
        }
        answer[i] += tree.value()[n];
      }
    }
  }
}
