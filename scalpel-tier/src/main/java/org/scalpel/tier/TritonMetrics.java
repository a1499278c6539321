package org.scalpel.tier;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.scalpel.oip.InferStatistics;
import org.scalpel.oip.ModelStatistics;

/**
 * The counts of every served name under Triton's names, for dashboards that know those. They are of
 * no declared type, as the client library insists that a counter's name ends in {@code _total}.
 */
final class TritonMetrics implements MultiCollector {
  private static final double US = 1e3;
  private static final int MOST_NAMES = 200;

  private final Repository repository;

  TritonMetrics(Repository repository) {
    this.repository = repository;
  }

  private record Metric(String name, String help, ToDoubleFunction<ModelStatistics> value) {}

  private static final List<Metric> ALL =
      List.of(
          new Metric(
              "nv_inference_request_success",
              "Number of successful inference requests",
              m -> m.getInferenceStats().getSuccess().getCount()),
          new Metric(
              "nv_inference_request_failure",
              "Number of failed inference requests",
              m -> m.getInferenceStats().getFail().getCount()),
          new Metric(
              "nv_inference_count",
              "Number of inferences performed",
              ModelStatistics::getInferenceCount),
          new Metric(
              "nv_inference_exec_count",
              "Number of model executions performed",
              ModelStatistics::getExecutionCount),
          new Metric(
              "nv_inference_request_duration_us",
              "Cumulative inference request duration in microseconds",
              m -> m.getInferenceStats().getSuccess().getNs() / US),
          new Metric(
              "nv_inference_queue_duration_us",
              "Cumulative inference queuing duration in microseconds",
              m -> m.getInferenceStats().getQueue().getNs() / US),
          new Metric(
              "nv_inference_compute_input_duration_us",
              "Cumulative compute input duration in microseconds",
              m -> m.getInferenceStats().getComputeInput().getNs() / US),
          new Metric(
              "nv_inference_compute_infer_duration_us",
              "Cumulative compute inference duration in microseconds",
              m -> m.getInferenceStats().getComputeInfer().getNs() / US),
          new Metric(
              "nv_inference_compute_output_duration_us",
              "Cumulative inference compute output duration in microseconds",
              m -> output(m.getInferenceStats()) / US));

  /** What is left of the requests' time when waiting, decoding and running are taken away. */
  private static double output(InferStatistics stats) {
    long known =
        stats.getQueue().getNs()
            + stats.getComputeInput().getNs()
            + stats.getComputeInfer().getNs();
    return Math.max(0, stats.getSuccess().getNs() - known);
  }

  @Override
  public MetricSnapshots collect() {
    Map<String, ModelStatistics> served = new LinkedHashMap<>();
    repository
        .all()
        .forEach(
            (name, stats) -> {
              if (served.size() < MOST_NAMES) {
                served.put(name, stats.of(name));
              }
            });
    List<MetricSnapshot> snapshots = new ArrayList<>();
    for (Metric metric : ALL) {
      UnknownSnapshot.Builder snapshot =
          UnknownSnapshot.builder().name(metric.name()).help(metric.help());
      served.forEach(
          (name, stats) ->
              snapshot.dataPoint(
                  UnknownDataPointSnapshot.builder()
                      .labels(Labels.of("model", name, "version", stats.getVersion()))
                      .value(metric.value().applyAsDouble(stats))
                      .build()));
      snapshots.add(snapshot.build());
    }
    return new MetricSnapshots(snapshots);
  }
}
