package org.scalpel.live;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import org.scalpel.cost.Network.LinkSpec;

/** What a live client shows to Prometheus; the names are in {@code docs/observe.md}. */
public final class LiveMetrics {
  private static final double MS = 1e3;

  private LiveMetrics() {}

  /** Registers all names; the values are read when they are asked for. */
  public static void register(PrometheusRegistry registry, LiveClient client) {
    CounterWithCallback.builder()
        .name("scalpel_live_plan_switches")
        .help("How often new requests took another plan.")
        .callback(callback -> callback.call(client.switchCount()))
        .register(registry);
    CounterWithCallback.builder()
        .name("scalpel_live_rescued")
        .help("Requests that lost a tier under way and were finished elsewhere.")
        .callback(callback -> callback.call(client.counts().rescued()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("scalpel_live_plans_ready")
        .help("Partitions that are ready on all tiers.")
        .callback(callback -> callback.call(client.readyPlans()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("scalpel_live_compute_factor")
        .help("How much slower than its profile a tier computes; tier 0 is the device.")
        .labelNames("tier")
        .callback(
            callback -> {
              List<Double> factors = client.situation().factors();
              for (int t = 0; t < factors.size(); t++) {
                callback.call(factors.get(t), String.valueOf(t));
              }
            })
        .register(registry);
    GaugeWithCallback.builder()
        .name("scalpel_live_link_mbps")
        .help("What plans are made for now, 10^6 bit/s; 0 where a link is lost.")
        .labelNames("link", "direction")
        .callback(
            callback -> {
              List<LinkSpec> links = client.situation().links();
              for (int k = 0; k < links.size(); k++) {
                callback.call(links.get(k).upMbps(), String.valueOf(k + 1), "up");
                callback.call(links.get(k).downMbps(), String.valueOf(k + 1), "down");
              }
            })
        .register(registry);
    GaugeWithCallback.builder()
        .name("scalpel_live_link_rtt_seconds")
        .help("The round trip that plans are made for now.")
        .labelNames("link")
        .callback(
            callback -> {
              List<LinkSpec> links = client.situation().links();
              for (int k = 0; k < links.size(); k++) {
                callback.call(links.get(k).rttMs() / MS, String.valueOf(k + 1));
              }
            })
        .register(registry);
  }
}
