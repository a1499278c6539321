package org.scalpel.tier;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Locale;

/** What is known of the tier behind and the links from here on; link 1 is the nearest. */
final class NeighbourMetrics {
  private static final double MS = 1e3;

  private NeighbourMetrics() {}

  static void register(PrometheusRegistry registry, TierClient client) {
    GaugeWithCallback.builder()
        .name("scalpel_circuit")
        .help("1 for the state in which the way to the next tier is.")
        .labelNames("state")
        .callback(
            callback -> {
              for (Circuit state : Circuit.values()) {
                boolean is = client.circuit() == state;
                callback.call(is ? 1 : 0, state.name().toLowerCase(Locale.ROOT));
              }
            })
        .register(registry);
    GaugeWithCallback.builder()
        .name("scalpel_link_mbps")
        .help("What a link is seen to carry, 10^6 bit/s; absent while nothing large crossed it.")
        .labelNames("link", "direction")
        .callback(
            callback -> {
              List<LinkState> links = client.links();
              for (int k = 0; k < links.size(); k++) {
                known(callback, links.get(k).upMbps(), k, "up");
                known(callback, links.get(k).downMbps(), k, "down");
              }
            })
        .register(registry);
    GaugeWithCallback.builder()
        .name("scalpel_link_rtt_seconds")
        .help("The least round trip of the last heartbeats.")
        .labelNames("link")
        .callback(
            callback -> {
              List<LinkState> links = client.links();
              for (int k = 0; k < links.size(); k++) {
                known(callback, links.get(k).rttMs() / MS, k);
              }
            })
        .register(registry);
    GaugeWithCallback.builder()
        .name("scalpel_link_up")
        .help("0 while nothing is heard from the link's far end.")
        .labelNames("link")
        .callback(
            callback -> {
              List<LinkState> links = client.links();
              for (int k = 0; k < links.size(); k++) {
                known(callback, links.get(k).lost() ? 0 : 1, k);
              }
            })
        .register(registry);
  }

  private static void known(
      GaugeWithCallback.Callback callback, double value, int link, String... more) {
    if (Double.isFinite(value)) {
      String[] labels = new String[more.length + 1];
      labels[0] = String.valueOf(link + 1);
      System.arraycopy(more, 0, labels, 1, more.length);
      callback.call(value, labels);
    }
  }
}
