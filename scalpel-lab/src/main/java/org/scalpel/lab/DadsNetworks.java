package org.scalpel.lab;

import java.util.List;
import java.util.Map;
import org.scalpel.cost.Network.LinkSpec;

/** The networks of the experiments on DADS: the paper's four, and two faster ones. */
final class DadsNetworks {
  /** Up, Mbit/s. */
  static final List<Double> MBPS = List.of(0.13, 1.1, 5.85, 18.88, 100.0, 1000.0);

  /** Those on which throughput is measured, which takes longer than latency. */
  static final List<Double> UNDER_LOAD = List.of(1.1, 18.88, 100.0);

  /** One that is so thin that few requests can be measured. */
  static final double THINNEST = 0.13;

  private static final Map<Double, LinkSpec> TODAY =
      Map.of(
          0.13, LinkSpec.parse("cat1"),
          1.1, LinkSpec.parse("3g"),
          5.85, LinkSpec.parse("4g"),
          18.88, LinkSpec.parse("wifi"),
          100.0, new LinkSpec("lan", 100, 100, 2),
          1000.0, new LinkSpec("fast-lan", 1000, 1000, 1));

  private DadsNetworks() {}

  /** With the round trip and the rate down that such networks have. */
  static LinkSpec today(double mbps) {
    return TODAY.getOrDefault(mbps, new LinkSpec(mbps + " Mbit/s", mbps, mbps, 0));
  }
}
