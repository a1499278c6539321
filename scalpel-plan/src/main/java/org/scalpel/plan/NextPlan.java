package org.scalpel.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Sentences on what would have to change for another plan to be best: the links' breakpoints. */
final class NextPlan {
  private static final int MOST_LAYERS = 2_000;

  private NextPlan() {}

  static List<String> sentences(Setup setup) {
    List<String> sentences = new ArrayList<>();
    boolean cheap = setup.in().layers <= MOST_LAYERS;
    if (!cheap || setup.request().objective() != Objective.LATENCY || setup.hasHardCaps()) {
      return sentences;
    }
    for (int link = 0; link < setup.in().links; link++) {
      Link at = setup.in().problem.links().get(link);
      if (at.upMbps() > 0 && at.downMbps() > 0) {
        sentences.add(sentence(setup, link, at.upMbps()));
      }
    }
    return sentences;
  }

  private static String sentence(Setup setup, int link, double mbps) {
    BandwidthTable table = BandwidthTable.of(setup.in().problem, setup.request(), link);
    BandwidthTable.Piece here = table.at(mbps);
    String name = setup.in().problem.upName(link);
    List<String> parts = new ArrayList<>();
    if (here.fromMbps() > 0) {
      parts.add("below " + mbps(here.fromMbps()) + " " + remote(table.at(here.fromMbps() * 0.999)));
    }
    if (here.toMbps() < Double.POSITIVE_INFINITY) {
      parts.add("above " + mbps(here.toMbps()) + " " + remote(table.at(here.toMbps() * 1.001)));
    }
    if (parts.isEmpty()) {
      return "No other rate of " + name + " would change the plan.";
    }
    return "On " + name + ", another plan is best " + String.join(", and ", parts) + ".";
  }

  private static String remote(BandwidthTable.Piece piece) {
    Partition partition = piece.partition();
    String first = partition.stagesMs().keySet().iterator().next();
    long away =
        partition.assignment().values().stream().filter(tier -> !tier.equals(first)).count();
    return "(" + away + (away == 1 ? " layer" : " layers") + " away from " + first + ")";
  }

  private static String mbps(double rate) {
    return String.format(Locale.ROOT, "%.3g Mbps", rate);
  }
}
