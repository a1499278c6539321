package org.scalpel.lab;

import java.util.Optional;
import org.scalpel.cost.Network.LinkSpec;

/**
 * How slow the two machines are, declared.
 *
 * @param name {@code paper}, {@code today}, or what is limited of today's
 * @param edge dilation of the edge device
 * @param cloud dilation of the cloud
 * @param lapse the emulation runs so many times as fast as what it emulates: computing takes that
 *     much less time, links carry that much more, so all ratios are the same. It keeps runs short
 *     whose original takes half a minute
 */
record DadsCalibration(String name, double edge, double cloud, double lapse) {
  static final String PAPER = "paper";
  static final String TODAY = "today";

  /** How the names of those begin whose cloud is shared. */
  static final String LIMITED = "cloud ×";

  private static final double EDGE_TODAY = 10;

  /** A whole run on the edge takes so long in a time lapse, in seconds. */
  private static final double LAPSED_S = 1;

  private static final double MOST_CLOUD = 10;

  /** A small board beside a server that is this machine. */
  static DadsCalibration today() {
    return new DadsCalibration(TODAY, EDGE_TODAY, 1, 1);
  }

  /** The same with a cloud so many times as slow. */
  static DadsCalibration limited(double cloud) {
    return new DadsCalibration(LIMITED + Figure.of(cloud), EDGE_TODAY, cloud, 1);
  }

  boolean isLimited() {
    return name.startsWith(LIMITED);
  }

  /** The same under another name. */
  DadsCalibration named(String other) {
    return new DadsCalibration(other, edge, cloud, lapse);
  }

  /**
   * The paper's machines, for a model that it shows.
   *
   * @param hereMs a whole run on this machine
   */
  static Optional<DadsCalibration> paper(String model, long inputBytes, double hereMs) {
    return DadsPaper.seconds(model, inputBytes)
        .map(
            paper -> {
              double cloud = paper.cloud() * 1e3 / hereMs / (paper.edge() / LAPSED_S);
              // The emulated cloud cannot be quicker than this machine, and need not be slow.
              double declared = Math.max(1, Math.min(MOST_CLOUD, cloud));
              double lapse = paper.cloud() * 1e3 / hereMs / declared;
              double edge = paper.edge() * 1e3 / hereMs / lapse;
              return new DadsCalibration(PAPER, edge, declared, lapse);
            });
  }

  /** The emulated link for a network of this rate: the paper knows neither round trips nor down. */
  LinkSpec link(double mbps) {
    if (!name.equals(PAPER)) {
      return DadsNetworks.today(mbps);
    }
    return new LinkSpec(mbps + " Mbit/s", mbps * lapse, mbps * lapse, 0);
  }
}
