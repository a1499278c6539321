package org.scalpel.learn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.scalpel.engine.KernelTimes;

/**
 * What the pauses of a quota do to kernels. One of some milliseconds meets pauses in every run, and
 * takes its mean. Most are so short that pauses seldom fall into them, and one model's runs meet
 * too few to tell how many do: they are stretched by as much as all short kernels of the collection
 * until then were.
 */
final class Pauses {
  /** A fifth of what a quota of a half lets run at a stretch. */
  private static final double SHORT_MS = 2;

  private double paused;
  private double plain;

  /**
   * With pauses.
   *
   * @param timings of the kernels, each in its undisturbed moments
   */
  List<Timing> in(List<Timing> timings, KernelTimes times) {
    add(timings, times);
    double stretch = plain > 0 ? paused / plain : 1;
    List<Timing> all = new ArrayList<>();
    for (int k = 0; k < timings.size(); k++) {
      Timing timing = timings.get(k);
      all.add(isShort(timing) ? timing.times(stretch) : Timing.withPauses(times.kernelMs().get(k)));
    }
    return all;
  }

  /** The short kernels of a model together, run by run. */
  private void add(List<Timing> timings, KernelTimes times) {
    List<Double> together = new ArrayList<>(Collections.nCopies(times.runMs().size(), 0.0));
    for (int k = 0; k < timings.size(); k++) {
      if (isShort(timings.get(k))) {
        plain += timings.get(k).ms();
        List<Double> runs = times.kernelMs().get(k);
        for (int run = 0; run < together.size(); run++) {
          together.set(run, together.get(run) + runs.get(run));
        }
      }
    }
    paused += Timing.withPauses(together).ms();
  }

  private static boolean isShort(Timing timing) {
    return timing.ms() < SHORT_MS;
  }
}
