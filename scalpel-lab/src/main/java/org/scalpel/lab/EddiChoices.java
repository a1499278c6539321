package org.scalpel.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.scalpel.cost.Network;

/**
 * Every scheme on one network with one server.
 *
 * @param coded with our codecs: what we choose from, and what the best scheme without exits may use
 * @param plain without: what the published schemes choose from
 */
record EddiChoices(ExitSchemes coded, ExitSchemes plain) {
  private static final int COUNT = 9;
  private static final double LATEST = 1.2;

  static EddiChoices of(EddiWorld world, Network.LinkSpec link) {
    return new EddiChoices(world.schemes(link, 1), world.plainSchemes(link, 1));
  }

  /**
   * Log-spaced from the fastest exit to 1.2 times the corrected minimum cut of the whole model,
   * both without codecs; the same for every scheme.
   */
  List<Double> deadlines() {
    double first = plain.fastestMs();
    double last = LATEST * plain.noExits().partition().latencyMs();
    List<Double> all = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      all.add(first * Math.pow(last / first, i / (COUNT - 1.0)));
    }
    return all;
  }

  /** Every scheme's choice for a deadline. */
  Map<String, ExitWay> at(double deadlineMs) {
    Map<String, ExitWay> ways = new LinkedHashMap<>();
    ways.put(ExitSchemes.OURS, coded.ours(deadlineMs));
    ways.put(ExitSchemes.OURS_MEAN, coded.oursByTheMean(deadlineMs));
    ways.put(ExitSchemes.NO_EXITS, coded.noExits());
    ways.put(ExitSchemes.EDDI_CODECS, coded.eddi(deadlineMs));
    ways.put(ExitSchemes.CUT, plain.noExits());
    ways.put(ExitSchemes.EDGENT, plain.edgent(deadlineMs));
    ways.put(ExitSchemes.EDDI, plain.eddi(deadlineMs));
    ways.put(ExitSchemes.EDDI_BLOCKS, plain.eddiBlocks(deadlineMs));
    return ways;
  }
}
