package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.scalpel.plan.ExitFrontier;
import org.scalpel.plan.PlanJson;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;

/** Accuracy against latency of the operating points of early exits. */
final class ExitReport {
  private ExitReport() {}

  static CurveReport of(Problem problem, Request request) {
    List<ExitFrontier.Entry> all = ExitFrontier.all(problem, request);
    List<ExitFrontier.Entry> mean = ExitFrontier.pareto(all);
    List<ExitFrontier.Entry> tail = ExitFrontier.paretoTail(all);
    ObjectNode json = Json.object();
    ArrayNode points = json.putArray("exit_frontier");
    TextTable text =
        new TextTable(
            "thresholds", "accuracy", "mean", "p95", "best by", "layers by mean", "layers by p95");
    for (ExitFrontier.Entry entry : all) {
      ObjectNode point = points.addObject();
      ArrayNode thresholds = point.putArray("thresholds");
      entry.point().thresholds().forEach(thresholds::add);
      point.put("accuracy", entry.point().accuracy());
      point.put("mean_ms", entry.meanMs()).put("p95_ms", entry.tailMs());
      point.put("pareto_mean", mean.contains(entry)).put("pareto_p95", tail.contains(entry));
      point.set("partition_mean", PlanJson.node(entry.meanPartition()));
      point.set("partition_p95", PlanJson.node(entry.tailPartition()));
      text.row(
          entry.point().thresholds(),
          Units.percent(entry.point().accuracy()),
          Units.ms(entry.meanMs()),
          Units.ms(entry.tailMs()),
          best(mean.contains(entry), tail.contains(entry)),
          CurveReport.layers(problem, entry.meanPartition()),
          CurveReport.layers(problem, entry.tailPartition()));
    }
    return new CurveReport(text.lines(), json);
  }

  private static String best(boolean mean, boolean tail) {
    if (mean) {
      return tail ? "mean, p95" : "mean";
    }
    return tail ? "p95" : "–";
  }
}
