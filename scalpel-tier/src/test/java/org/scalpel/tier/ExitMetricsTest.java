package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where answers left is counted on the device and on tiers, by model, exit and reason. */
@Timeout(60)
class ExitMetricsTest {
  @TempDir Path store;

  /** Label values → count. */
  private static Map<String, Double> counts(PrometheusRegistry registry, String name) {
    Map<String, Double> counts = new TreeMap<>();
    registry.scrape().stream()
        .filter(one -> one.getMetadata().getName().equals(name))
        .flatMap(one -> ((CounterSnapshot) one).getDataPoints().stream())
        .forEach(
            point -> {
              var labels = point.getLabels();
              counts.put(
                  String.join(" ", labels.get("model"), labels.get("exit"), labels.get("reason")),
                  point.getValue());
            });
    return counts;
  }

  @Test
  void everyExitIsCountedWithItsReason() {
    PrometheusRegistry registry = new PrometheusRegistry();
    RequestMetrics metrics = new RequestMetrics(registry);
    Deployment deployment = EarlyExitTest.plan(EarlyExitTest.THREE, EarlyExitTest.THREE, 0.9, 0.9);
    try (Tiers tiers = Tiers.start(store, 3);
        DeviceTier device = new DeviceTier(tiers.device().build());
        PlanExecutor plan = device.prepare(deployment)) {
      Function<Inputs, CompletableFuture<Execution>> counted = metrics.around("net", plan::submit);
      List.of(EarlyExitTest.SURE, EarlyExitTest.LATER, EarlyExitTest.UNSURE)
          .forEach(input -> counted.apply(Inputs.of(input)).join());
      assertThat(counts(registry, "scalpel_client_exits"))
          .containsExactlyInAnyOrderEntriesOf(
              Map.of("net early sure", 1.0, "net middle sure", 1.0, "net final end", 1.0));
      Map<String, Double> onEdge = counts(tiers.edge().metrics(), "scalpel_exits");
      Optional<String> middle =
          onEdge.keySet().stream().filter(key -> key.endsWith(" middle sure")).findFirst();
      assertThat(middle).isPresent();
      assertThat(onEdge).hasSize(1).containsValue(1.0);
    }
  }
}
