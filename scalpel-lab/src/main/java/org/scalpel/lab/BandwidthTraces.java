package org.scalpel.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.scalpel.testbed.Trace;

/**
 * Bandwidth over time: logs of mobile networks where the zoo has some ({@code
 * $SCALPEL_ZOO/traces/ghent4g}, {@code norway3g}), else made up: a rate that is multiplied once a
 * second by a log-normal factor and drawn back to its mean, with a hole of a few seconds now and
 * then.
 */
final class BandwidthTraces {
  private static final List<String> FOLDERS = List.of("ghent4g", "norway3g");
  private static final double STEP_MS = 1000;
  private static final double PULL = 0.15;
  private static final double SHAKE = 0.35;
  private static final double HOLE = 0.01;
  private static final int LONGEST_HOLE = 4;

  private BandwidthTraces() {}

  /** At most so many of each kind. */
  static List<Trace> some(int each, long seed) {
    List<Trace> all = new ArrayList<>();
    for (String folder : FOLDERS) {
      logs(folder).stream().limit(each).map(Trace::read).forEach(all::add);
    }
    if (all.isEmpty()) {
      for (int i = 0; i < each; i++) {
        all.add(made("made-4g-" + i, 20, 600, seed + i));
        all.add(made("made-3g-" + i, 1.5, 600, seed + 100 + i));
      }
    }
    return all;
  }

  /** Those of one kind in the zoo, by name. */
  static List<Path> logs(String folder) {
    return Zoo.files("traces/" + folder);
  }

  /** A trace around a mean rate. */
  static Trace made(String name, double mbps, int seconds, long seed) {
    Random random = new Random(seed);
    double log = 0;
    int hole = 0;
    List<Trace.Step> steps = new ArrayList<>();
    for (int i = 0; i < seconds; i++) {
      log += SHAKE * random.nextGaussian() - PULL * log;
      hole =
          hole > 0 ? hole - 1 : random.nextDouble() < HOLE ? random.nextInt(LONGEST_HOLE) + 1 : 0;
      steps.add(new Trace.Step(STEP_MS, hole > 0 ? mbps / 100 : mbps * Math.exp(log), 0));
    }
    return new Trace(name, steps);
  }
}
