package org.scalpel.learn;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A new platform in terms of those that were learned: its times are a product of powers of theirs,
 * by type times a factor, and a small correction by what the networks' last layer sees.
 *
 * @param target the new platform; its roofline is not used
 * @param samples that it was fitted to
 * @param heads for each member of the ensemble
 */
record Adaptation(Target target, int samples, List<Head> heads) {
  /**
   * {@code ln t = bias + type + Σ powers · ln t of the learned platforms + Σ hidden · last layer}.
   *
   * @param powers one for each learned platform
   * @param types what is added for kernels of a type; 0 for one that is not here
   * @param hidden one for each unit of the last hidden layer
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Head(double bias, double[] powers, Map<KernelType, Double> types, double[] hidden) {
    Head {
      Map<KernelType, Double> copy = new EnumMap<>(KernelType.class);
      copy.putAll(types);
      types = Collections.unmodifiableMap(copy);
    }

    double log(KernelType type, double[] trained, float[] seen) {
      double log = bias + types.getOrDefault(type, 0.0);
      for (int p = 0; p < powers.length; p++) {
        log += powers[p] * trained[p];
      }
      for (int h = 0; h < hidden.length; h++) {
        log += hidden[h] * seen[h];
      }
      return log;
    }
  }

  Adaptation {
    heads = List.copyOf(heads);
  }

  /** Refuses heads that do not fit the networks. */
  void require(List<Member> members, int platforms) {
    if (heads.size() != members.size()) {
      throw new LearnException(
          heads.size() + " heads for " + members.size() + " networks; expected one for each");
    }
    for (int m = 0; m < members.size(); m++) {
      Head head = heads.get(m);
      int hidden = members.get(m).width();
      if (head.powers().length != platforms || head.hidden().length != hidden) {
        throw new LearnException(
            "head %d has %d powers and %d weights; expected %d and %d"
                .formatted(m, head.powers().length, head.hidden().length, platforms, hidden));
      }
    }
  }

  double[] logs(int member, List<KernelFeatures> kernels, double[][] trained, float[][] hidden) {
    double[] logs = new double[kernels.size()];
    for (int k = 0; k < logs.length; k++) {
      logs[k] = heads.get(member).log(kernels.get(k).type(), trained[k], hidden[k]);
      // Numbers of a file may be anything finite; a time must come out all the same.
      logs[k] = Double.isNaN(logs[k]) ? 0 : Math.max(-40, Math.min(40, logs[k]));
    }
    return logs;
  }
}
