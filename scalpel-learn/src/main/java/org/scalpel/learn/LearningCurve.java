package org.scalpel.learn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * How good a predictor of a new platform is by the number of its measurements: on architectures of
 * which none was taken, each of them apart once.
 */
public final class LearningCurve {
  /** The usual numbers of measurements; the last stands for all there are. */
  public static final List<Integer> STEPS = List.of(0, 10, 50, 200, Integer.MAX_VALUE);

  private static final int FOLDS = 4;

  private LearningCurve() {}

  /**
   * A point of the curve.
   *
   * @param samples measurements; of all there are, the mean over the folds
   * @param error over all kernels that were apart
   */
  public record Point(int samples, KernelError error) {}

  /**
   * The curve of a predictor that may have seen these kernels, though not on this platform.
   *
   * @throws LearnException the data hold fewer than two architectures
   */
  public static List<Point> of(Predictor pretrained, Dataset data, long seed) {
    List<Set<String>> folds = folds(data, FOLDS, seed);
    List<Point> points = new ArrayList<>();
    for (int step : STEPS) {
      List<KernelError.Pair> pairs = new ArrayList<>();
      int samples = 0;
      for (Set<String> apart : folds) {
        Dataset few = Onboarding.few(without(data, apart), step, seed);
        samples += few.samples().size();
        pairs.addAll(
            KernelError.pairs(
                Onboarding.adapt(pretrained, few).on(data.platform().name()),
                Rows.measured(only(data, apart))));
      }
      points.add(new Point(samples / folds.size(), KernelError.of(pairs)));
    }
    return List.copyOf(points);
  }

  /** The architectures of a data set in about equally many groups, in random order. */
  public static List<Set<String>> folds(Dataset data, int most, long seed) {
    Set<String> names = new java.util.TreeSet<>();
    data.samples().forEach(sample -> names.add(sample.architecture()));
    data.models().forEach(model -> names.add(model.architecture()));
    if (names.size() < 2) {
      throw new LearnException(
          "platform '%s': kernels of %d architectures; expected two or more, one to be apart"
              .formatted(data.platform().name(), names.size()));
    }
    List<String> order = new ArrayList<>(names);
    Collections.shuffle(order, new Random(seed));
    List<Set<String>> folds = new ArrayList<>();
    for (int i = 0; i < order.size(); i++) {
      if (i < most) {
        folds.add(new HashSet<>());
      }
      folds.get(i % most).add(order.get(i));
    }
    return folds;
  }

  /** A data set without these architectures. */
  public static Dataset without(Dataset data, Set<String> architectures) {
    return part(data, architectures, false);
  }

  /** A data set of these architectures alone. */
  public static Dataset only(Dataset data, Set<String> architectures) {
    return part(data, architectures, true);
  }

  private static Dataset part(Dataset data, Set<String> architectures, boolean inside) {
    return new Dataset(
        data.platform(),
        data.samples().stream()
            .filter(s -> architectures.contains(s.architecture()) == inside)
            .toList(),
        data.models().stream()
            .filter(m -> architectures.contains(m.architecture()) == inside)
            .toList());
  }
}
