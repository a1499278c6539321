package org.scalpel.cost;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.scalpel.engine.Assignments;
import org.scalpel.graph.KernelGraph;

/**
 * An endless choice of cuts that covers a model evenly however early it ends: prefixes at the
 * places of the van der Corput sequence (½, ¼, ¾, ⅛, …), and after every second of them a random
 * assignment to two or three tiers, which cuts inside blocks.
 */
final class CutSample {
  private static final int MIN_KERNELS = 2;
  private final KernelGraph kernels;
  private final Random random;
  private int drawn;
  private int prefixes;

  CutSample(KernelGraph kernels, Random random) {
    this.kernels = kernels;
    this.random = random;
  }

  /** How many cuts are worth taking: none where there is nothing to cut. */
  int size() {
    return kernels.kernels().size() < MIN_KERNELS ? 0 : Integer.MAX_VALUE;
  }

  int[] next() {
    drawn++;
    if (drawn % 3 == 0) {
      return Assignments.random(kernels, 2 + drawn / 3 % 2, random);
    }
    prefixes++;
    int count = kernels.kernels().size();
    int cut = 1 + (int) (vanDerCorput(prefixes) * (count - 1));
    return Assignments.prefix(kernels, Math.min(cut, count - 1));
  }

  private static double vanDerCorput(int index) {
    double value = 0;
    double digit = 0.5;
    for (int i = index; i > 0; i /= 2) {
      value += digit * (i % 2);
      digit /= 2;
    }
    return value;
  }

  /** The same for every assignment that cuts in the same way, whichever tiers stay empty. */
  static List<Integer> shape(int[] tierOfKernel) {
    int[] used = Arrays.stream(tierOfKernel).distinct().sorted().toArray();
    return Arrays.stream(tierOfKernel).map(t -> Arrays.binarySearch(used, t)).boxed().toList();
  }
}
