package org.scalpel.learn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.scalpel.nn.Softmax;

/**
 * What heads learn from: for every usable sample the model's answer in memory, the features of one
 * place at a time from the file. Samples are dealt into those that teach, those that say when to
 * stop, and those that are kept apart for temperatures and accuracies.
 */
final class FrozenFeatures {
  private static final double TEACHING = 0.8;
  private static final double CHECKING = 0.1;
  private static final double TINY = 1e-9;
  private static final double ROUNDING = 1e-3;

  private final FeatureFile file;
  private final boolean labelled;
  private final boolean probabilities;
  private final List<Integer> broken = new ArrayList<>();
  private final List<Integer> notFinite = new ArrayList<>();
  private final List<Integer> usable = new ArrayList<>();
  private final List<float[]> answers = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();
  private final List<Integer> order = new ArrayList<>();
  private final float[][] oneHot;

  /**
   * Reads the model's answers.
   *
   * @param classes the last so many numbers of a row are the model's answer
   */
  FrozenFeatures(FeatureFile file, int width, int classes, ClassifiedPictures pictures, long seed) {
    this.file = file;
    labelled = pictures.labelled();
    file.scan(
        (row, state, values) -> {
          if (state == FeatureFile.BROKEN) {
            broken.add(row);
          } else if (state == FeatureFile.NOT_FINITE) {
            notFinite.add(row);
          } else {
            order.add(usable.size());
            usable.add(row);
            labels.add(pictures.labelOf(row));
            answers.add(java.util.Arrays.copyOfRange(values, width - classes, width));
          }
        });
    probabilities = answers.stream().allMatch(FrozenFeatures::isDistribution);
    Collections.shuffle(order, new Random(seed));
    oneHot = new float[classes][classes];
    for (int c = 0; c < classes; c++) {
      oneHot[c][c] = 1;
    }
  }

  private static boolean isDistribution(float[] values) {
    double sum = 0;
    for (float value : values) {
      if (value < 0) {
        return false;
      }
      sum += value;
    }
    return Math.abs(sum - 1) < ROUNDING;
  }

  /** Rows whose picture could not be read. */
  List<Integer> broken() {
    return broken;
  }

  /** Rows with NaN or infinity. */
  List<Integer> notFinite() {
    return notFinite;
  }

  /** How many samples can be used. */
  int size() {
    return usable.size();
  }

  /** Whether the model answers with probabilities; with logits otherwise. */
  boolean probabilities() {
    return probabilities;
  }

  /** How many different classes the labels name. */
  int seen() {
    return (int) labels.stream().distinct().count();
  }

  /** Samples that teach. */
  List<Integer> teaching() {
    return order.subList(0, (int) (size() * TEACHING));
  }

  /** Samples that say when teaching has done enough. */
  List<Integer> checking() {
    return order.subList(teaching().size(), (int) (size() * (TEACHING + CHECKING)));
  }

  /** Samples that nothing was learned from. */
  List<Integer> kept() {
    return order.subList(teaching().size() + checking().size(), size());
  }

  /** What is wanted of these samples: the label, or what the model itself answers. */
  float[][] wanted(List<Integer> samples) {
    return samples.stream().map(this::wanted).toArray(float[][]::new);
  }

  float[] wanted(int sample) {
    if (labelled) {
      return oneHot[labels.get(sample)];
    }
    return probabilities ? answers.get(sample) : Softmax.of(answers.get(sample), 1);
  }

  /** The class that is right, or that the model says where no label does. */
  int right(int sample) {
    return labelled ? labels.get(sample) : best(answers.get(sample));
  }

  /** The class that the model says. */
  int answer(int sample) {
    return best(answers.get(sample));
  }

  /** The model's answer as logits. */
  float[] logits(int sample) {
    float[] answer = answers.get(sample).clone();
    if (probabilities) {
      for (int c = 0; c < answer.length; c++) {
        answer[c] = (float) Math.log(answer[c] + TINY);
      }
    }
    return answer;
  }

  /** The share of all samples that the model itself answers rightly. */
  Share accuracy() {
    int right = 0;
    for (int sample = 0; sample < size(); sample++) {
      right += answer(sample) == right(sample) ? 1 : 0;
    }
    return new Share(right, size());
  }

  /** The features of one place, a row for each usable sample. */
  float[][] columns(int from, int count) {
    float[][] rows = new float[size()][];
    int[] next = {0};
    file.scan(
        (row, state, values) -> {
          if (state == FeatureFile.USABLE) {
            rows[next[0]++] = java.util.Arrays.copyOfRange(values, from, from + count);
          }
        });
    return rows;
  }

  static int best(float[] values) {
    int best = 0;
    for (int c = 1; c < values.length; c++) {
      if (values[c] > values[best]) {
        best = c;
      }
    }
    return best;
  }
}
