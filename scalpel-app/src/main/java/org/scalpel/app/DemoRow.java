package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.scalpel.cost.Stat;
import org.scalpel.graph.TensorData;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Plan;
import org.scalpel.tier.Execution;

/** One plan of the demo: what was promised and what was measured. */
final class DemoRow {
  private static final double P95 = 0.95;

  private final String name;
  private final Plan plan;
  private final List<String> tiers;
  private final List<Execution> executions = new ArrayList<>();
  private Verification verification = new Verification(List.of());

  DemoRow(String name, Plan plan, List<String> tiers) {
    this.name = name;
    this.plan = plan;
    this.tiers = tiers;
  }

  String name() {
    return name;
  }

  Plan plan() {
    return plan;
  }

  Partition partition() {
    return plan.main();
  }

  void add(Execution execution) {
    executions.add(execution);
  }

  /** Whether its input loses something on the way, so that outputs may differ a little. */
  boolean lossy() {
    return name.equals(DemoPlans.JPEG);
  }

  /** Compares the answers so far with those of the uncut model. */
  void verify(Map<String, TensorData> whole) {
    List<Verification.Difference> all = new ArrayList<>();
    for (Execution execution : executions) {
      all.addAll(Verification.compare(whole, execution.outputs()).differences());
    }
    verification = new Verification(all);
  }

  Verification verification() {
    return verification;
  }

  double predictedMs() {
    return plan.main().latencyMs();
  }

  double medianMs() {
    return Stat.quantile(times(), 0.5);
  }

  double p95Ms() {
    return Stat.quantile(times(), P95);
  }

  private List<Double> times() {
    return executions.stream().map(Execution::totalMs).toList();
  }

  /** Of tensors, over all links, both ways. */
  long bytesSent() {
    return sample().stages().stream().mapToLong(stage -> stage.bytes()).sum();
  }

  /** The request whose time is nearest to the median. */
  Execution sample() {
    double median = medianMs();
    return executions.stream()
        .min(
            (left, right) ->
                Double.compare(
                    Math.abs(left.totalMs() - median), Math.abs(right.totalMs() - median)))
        .orElseThrow();
  }

  /** Tier → how many kernels. */
  Map<String, Integer> kernels() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    tiers.forEach(tier -> counts.put(tier, 0));
    partition().assignment().values().forEach(tier -> counts.merge(tier, 1, Integer::sum));
    return counts;
  }

  boolean splits() {
    return kernels().values().stream().filter(count -> count > 0).count() > 1;
  }

  ObjectNode json() {
    ObjectNode json = Json.object().put("plan", name);
    json.put("predicted_ms", predictedMs()).put("median_ms", medianMs()).put("p95_ms", p95Ms());
    json.put("bytes_sent", bytesSent());
    ObjectNode counts = json.putObject("partition");
    kernels().forEach(counts::put);
    json.put("bound_ms", plan.boundMs()).put("gap", plan.gap());
    json.put("requests", executions.size());
    return json;
  }
}
