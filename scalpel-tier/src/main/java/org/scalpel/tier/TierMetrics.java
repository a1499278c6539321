package org.scalpel.tier;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * What a tier counts for Prometheus; the names are in {@code docs/observe.md}. Whatever a request
 * touches is looked up once per model and then only added to; the rest is read when it is asked
 * for. A model's name becomes a label only when the tier serves it, and only so many of them.
 */
final class TierMetrics {
  /** Upper bounds of all histograms of times, seconds. */
  static final double[] SECONDS = {
    0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
  };

  private static final int MOST_MODELS = 100;
  private static final String OTHER = "other";
  private static final double NS = 1e9;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Set<String> labels = ConcurrentHashMap.newKeySet();
  private final Set<String> exitLabels = ConcurrentHashMap.newKeySet();
  private final Counter requests;
  private final Counter failures;
  private final Counter exits;
  private final Histogram whole;
  private final Histogram queue;
  private final Histogram compute;
  private final DistributionDataPoint forward;
  private final CounterDataPoint up;
  private final CounterDataPoint down;
  private final Gauge inFlight;

  TierMetrics() {
    requests = counter("scalpel_requests", "Requests, by the model that they asked for.", "model");
    failures =
        counter("scalpel_request_failures", "Refused or failed requests, by status.", "status");
    exits =
        counter(
            "scalpel_exits",
            "Answers that left at an early exit here or behind, by exit and reason.",
            "model",
            "exit",
            "reason");
    whole = seconds("scalpel_request_duration_seconds", "From arrival to answer.", "model");
    queue = seconds("scalpel_queue_duration_seconds", "Waiting for a worker.", "model");
    compute = seconds("scalpel_compute_duration_seconds", "Running sessions.", "model");
    forward =
        seconds("scalpel_forward_duration_seconds", "Round trips to the next tier.").labelValues();
    Counter bytes =
        counter("scalpel_link_bytes", "Bytes of tensors to and from the next tier.", "direction");
    up = bytes.labelValues("up");
    down = bytes.labelValues("down");
    inFlight =
        Gauge.builder()
            .name("scalpel_requests_in_flight")
            .help("Requests that have come and are not answered.")
            .register(registry);
  }

  private Counter counter(String name, String help, String... names) {
    return Counter.builder()
        .name(name)
        .help(help)
        .labelNames(names)
        .withoutExemplars()
        .register(registry);
  }

  private Histogram seconds(String name, String help, String... names) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .labelNames(names)
        .classicOnly()
        .classicUpperBounds(SECONDS)
        .withoutExemplars()
        .register(registry);
  }

  PrometheusRegistry registry() {
    return registry;
  }

  void gauge(String name, String help, ToDoubleFunction<TierMetrics> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.applyAsDouble(this)))
        .register(registry);
  }

  /** What is looked at when somebody asks. */
  void watch(TierNode node, Repository repository, ComputePool pool, Optional<TierClient> next) {
    TierConfig config = node.config();
    Info.builder()
        .name("scalpel_tier")
        .help("What the tier is.")
        .labelNames("tier", "version", "runtime")
        .register(registry)
        .setLabelValues(config.name(), Catalog.RELEASE, node.engine().runtimeVersion());
    gauge("scalpel_queue_length", "Requests that wait for a worker.", m -> pool.queued());
    gauge("scalpel_queue_capacity", "How many may wait.", m -> pool.capacity());
    gauge("scalpel_models", "Whole models that are served.", m -> repository.modelNames().size());
    gauge("scalpel_plans", "Plans that are ready.", m -> node.plans().all().size());
    gauge(
        "scalpel_sessions",
        "Open sessions: whole models and segments.",
        m ->
            repository.modelNames().size()
                + node.plans().all().stream().mapToInt(p -> p.parts().size()).sum());
    gauge(
        "scalpel_plan_bytes",
        "Bytes of the models of all ready plans.",
        m -> node.plans().all().stream().mapToLong(PreparedPlan::bytes).sum());
    gauge("scalpel_store_bytes", "Bytes of models in the store.", m -> node.store().bytes());
    next.ifPresent(client -> NeighbourMetrics.register(registry, client));
  }

  /** What requests to one served name add to; segments count for the model that they are of. */
  Served served(String name) {
    String model = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
    boolean known = labels.contains(model);
    if (!known && labels.size() < MOST_MODELS) {
      known = labels.add(model) || labels.contains(model);
    }
    String label = known ? model : OTHER;
    return new Served(
        taken -> exits.labelValues(label, known(taken.name()), taken.reason().text()).inc(),
        requests.labelValues(label),
        whole.labelValues(label),
        queue.labelValues(label),
        compute.labelValues(label));
  }

  /** An exit's name, which a plan brought, unless there are too many of them. */
  private String known(String exit) {
    return exitLabels.contains(exit) || (exitLabels.size() < MOST_MODELS && exitLabels.add(exit))
        ? exit
        : OTHER;
  }

  /**
   * The data points of one model.
   *
   * @param exits counts who left early
   */
  record Served(
      Consumer<ExitTaken> exits,
      CounterDataPoint requests,
      DistributionDataPoint whole,
      DistributionDataPoint queue,
      DistributionDataPoint compute) {
    void answered(Answered answered, long totalNs) {
      requests.inc();
      whole.observe(totalNs / NS);
      queue.observe(answered.queueNs() / NS);
      compute.observe(answered.computeNs() / NS);
      answered.leave().ifPresent(leave -> exits.accept(leave.taken()));
    }

    void failed() {
      requests.inc();
    }
  }

  void begun() {
    inFlight.inc();
  }

  void ended() {
    inFlight.dec();
  }

  void failed(Throwable fault) {
    failures.labelValues(Refusal.status(fault).getCode().name()).inc();
  }

  void crossed(Answered.Hop hop) {
    if (hop.roundTripNs() > 0) {
      forward.observe(hop.roundTripNs() / NS);
      up.inc(hop.sentBytes());
      down.inc(hop.receivedBytes());
    }
  }
}
