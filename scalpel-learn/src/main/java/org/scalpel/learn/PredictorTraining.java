package org.scalpel.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.scalpel.nn.BoostedTrees;
import org.scalpel.nn.Boosting;
import org.scalpel.nn.Examples;
import org.scalpel.nn.Mlp;

/**
 * Trains a predictor: one network body for all platforms, an output for each, on the logarithm of
 * time by roofline.
 *
 * <p>Every member of the ensemble keeps other architectures apart, for early stopping; together
 * they keep all apart once, and what they say of those tells how far predictions are off.
 */
final class PredictorTraining {
  /** Fewer kernels of a type are not learned: the roofline of any type stands in. */
  static final int ENOUGH = 12;

  private final List<Dataset> data;
  private final TrainOptions options;
  private final Rows rows;
  private final List<Roofline> rooflines;
  private final Encoder encoder;
  private final float[][] inputs;
  private final float[][] outputs;

  PredictorTraining(List<Dataset> data, TrainOptions options) {
    this.data = List.copyOf(data);
    this.options = options;
    rows = Rows.of(data);
    if (rows.size() < 2 * ENOUGH) {
      throw new LearnException(
          rows.size() + " kernels to learn from; expected " + 2 * ENOUGH + " or more");
    }
    rooflines = data.stream().map(d -> Roofline.of(Rows.measured(d))).toList();
    encoder = Encoder.of(rows.kernels());
    inputs = encoder.encode(rows.kernels());
    outputs = new float[rows.size()][data.size()];
    for (int row = 0; row < outputs.length; row++) {
      for (int d = 0; d < data.size(); d++) {
        double base = Math.log(rooflines.get(d).ms(rows.kernels().get(row)));
        outputs[row][d] =
            rows.samples().get(row).get(d).map(s -> (float) (logMs(s) - base)).orElse(Float.NaN);
      }
    }
  }

  /** The logarithm of a time, which is never below what a clock can tell. */
  static double logMs(KernelSample sample) {
    return Math.log(Math.max(Roofline.LEAST_MS, sample.ms()));
  }

  Predictor train() {
    int[] fold = folds();
    int members = options.members();
    List<Member> networks =
        IntStream.range(0, members).parallel().mapToObj(member -> member(fold, member)).toList();
    List<Target> targets = new ArrayList<>();
    for (int d = 0; d < data.size(); d++) {
      Calibration calibration = calibration(networks, fold, d);
      Map<KernelType, Target.Learned> learned = calibration.learned();
      if (fuses(data.get(d))) {
        learned.remove(KernelType.FUSIBLE);
      }
      targets.add(
          new Target(data.get(d).platform(), rooflines.get(d), learned, Overheads.of(data.get(d))));
    }
    Predictor.Origin origin = new Predictor.Origin(rows.size(), architectures(), options.seed());
    return new Predictor(origin, encoder, networks, targets, Optional.empty());
  }

  private int architectures() {
    return (int) IntStream.range(0, rows.size()).mapToObj(rows::architecture).distinct().count();
  }

  /** Which member keeps each row apart: whole architectures, in random order, evenly by rows. */
  private int[] folds() {
    Map<String, Integer> sizes = new HashMap<>();
    LinkedHashSet<String> names = new LinkedHashSet<>();
    for (int row = 0; row < rows.size(); row++) {
      names.add(rows.architecture(row));
      sizes.merge(rows.architecture(row), 1, Integer::sum);
    }
    List<String> order = new ArrayList<>(names);
    Random random = new Random(options.seed());
    Collections.shuffle(order, random);
    if (order.size() < 2) {
      return IntStream.range(0, rows.size()).map(r -> random.nextInt(options.members())).toArray();
    }
    // A single network must not keep everything apart: it gets one of five folds as the others do.
    int folds = Math.max(TrainOptions.DEFAULT.members(), options.members());
    long[] filled = new long[Math.min(folds, order.size())];
    Map<String, Integer> fold = new HashMap<>();
    for (String name : order) {
      int least = 0;
      for (int f = 1; f < filled.length; f++) {
        least = filled[f] < filled[least] ? f : least;
      }
      fold.put(name, least);
      filled[least] += sizes.getOrDefault(name, 0);
    }
    return IntStream.range(0, rows.size())
        .map(row -> fold.getOrDefault(rows.architecture(row), 0))
        .toArray();
  }

  private Member member(int[] fold, int member) {
    Examples learned = examples(fold, member, false);
    Examples check = examples(fold, member, true);
    long seed = options.seed() * 1000 + member;
    Mlp network = options.training().train(learned, check, seed).network();
    List<BoostedTrees> trees = new ArrayList<>();
    for (int d = 0; d < data.size(); d++) {
      trees.add(Boosting.DEFAULT.train(corrections(fold, member, d), seed));
    }
    return new Member(network, trees);
  }

  /** What trees learn from: what the roofline of one platform is off. */
  private Examples corrections(int[] fold, int member, int d) {
    int[] chosen = IntStream.range(0, rows.size()).filter(r -> fold[r] != member).toArray();
    float[][] y = new float[chosen.length][1];
    for (int i = 0; i < chosen.length; i++) {
      y[i][0] = outputs[chosen[i]][d];
    }
    return Examples.of(Member.rows(inputs, chosen), y);
  }

  private Examples examples(int[] fold, int member, boolean apart) {
    int[] chosen =
        IntStream.range(0, rows.size()).filter(r -> (fold[r] == member) == apart).toArray();
    float[][] x = new float[chosen.length][];
    float[][] y = new float[chosen.length][];
    for (int i = 0; i < chosen.length; i++) {
      x[i] = inputs[chosen[i]];
      y[i] = outputs[chosen[i]];
    }
    return Examples.of(x, y);
  }

  /** The members' corrections on one platform, each of what it had not seen. */
  private Calibration calibration(List<Member> members, int[] fold, int d) {
    KernelType[] types = new KernelType[rows.size()];
    float[] wanted = new float[rows.size()];
    double[] networks = new double[rows.size()];
    double[] trees = new double[rows.size()];
    for (int row = 0; row < types.length; row++) {
      types[row] = rows.kernels().get(row).type();
      wanted[row] = outputs[row][d];
    }
    Arrays.fill(networks, Double.NaN);
    for (int m = 0; m < members.size(); m++) {
      int apart = m;
      int[] chosen = IntStream.range(0, rows.size()).filter(r -> fold[r] == apart).toArray();
      float[][] x = Member.rows(inputs, chosen);
      float[][] smooth = members.get(m).network().predict(x);
      for (int i = 0; i < chosen.length; i++) {
        int row = chosen[i];
        networks[row] = smooth[i][d];
        trees[row] = members.get(m).trees().get(d).answer(x[i]);
      }
    }
    return new Calibration(types, wanted, networks, trees);
  }

  /** Whether the platform mostly computes inside convolutions what can be. */
  private static boolean fuses(Dataset data) {
    long zero = fusible(data).filter(sample -> sample.ms() == 0).count();
    return 2 * zero > fusible(data).count();
  }

  private static Stream<KernelSample> fusible(Dataset data) {
    return Stream.concat(
            data.samples().stream(), data.models().stream().flatMap(m -> m.kernels().stream()))
        .filter(sample -> sample.type() == KernelType.FUSIBLE);
  }
}
