package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.scalpel.learn.ExitEvaluation;
import org.scalpel.learn.ExitSamples;

/**
 * What an evaluation of exits found, for people and programs.
 *
 * @param confidence the word for what the thresholds bound
 */
record EvaluationReport(ExitSamples samples, ExitEvaluation found, String confidence) {
  void show(Console console) {
    int count = samples.rows().size();
    console.print(
        samples.labelled()
            ? "%d pictures, thresholds on %s".formatted(count, confidence)
            : "%d pictures without labels: right is what the model itself answers; thresholds on %s"
                .formatted(count, confidence));
    table().lines().forEach(console::print);
    console.print(
        "overall: %s right (%s), %s as the full model (%s), %s of its operations (%s)"
            .formatted(
                Units.percent(found.accuracy().value()),
                Shares.interval(found.accuracy()),
                Units.percent(found.agreement().value()),
                Shares.interval(found.agreement()),
                Units.percent(found.work().value()),
                Shares.interval(found.work().low(), found.work().high())));
    warnings().forEach(warning -> console.note("warning: " + warning));
    console.json(json());
  }

  private TextTable table() {
    TextTable table =
        new TextTable(
            "exit",
            "threshold",
            "if it answered all",
            "95 %",
            "as the end",
            "leave here",
            "95 %",
            "of those right",
            "operations");
    for (ExitEvaluation.Exit exit : found.exits()) {
      table.row(
          exit.name(),
          exit.threshold().isEmpty() ? "–" : number(exit.threshold().getAsDouble()),
          Units.percent(exit.accuracy().value()),
          Shares.interval(exit.accuracy()),
          Units.percent(exit.agreement().value()),
          Units.percent(exit.rate().value()),
          Shares.interval(exit.rate()),
          exit.leaving().of() == 0 ? "–" : Units.percent(exit.leaving().value()),
          Units.percent(exit.fraction()));
    }
    return table;
  }

  private static String number(double threshold) {
    return threshold > 1 ? "closed" : String.format(Locale.ROOT, "%.3f", threshold);
  }

  private List<String> warnings() {
    List<String> warnings = new ArrayList<>(samples.skipped().sentences());
    for (ExitEvaluation.Exit exit : found.exits()) {
      if (exit.threshold().isPresent()
          && exit.threshold().getAsDouble() <= 1
          && exit.rate().hits() == 0) {
        warnings.add(exit.name() + " never fires: no picture leaves there");
      }
    }
    return warnings;
  }

  private ObjectNode json() {
    ObjectNode json = Json.object();
    found.exits().forEach(exit -> put(json.withArray("exits").addObject(), exit));
    Shares.put(json, "accuracy", found.accuracy());
    Shares.put(json, "agreement", found.agreement());
    json.put("expected_macs_fraction", found.work().value());
    json.putArray("expected_macs_fraction_interval")
        .add(found.work().low())
        .add(found.work().high());
    json.put("samples", samples.rows().size()).put("labelled", samples.labelled());
    json.put("confidence", confidence);
    Shares.skipped(json, samples.skipped());
    json.set("warnings", Json.texts(warnings()));
    return json;
  }

  private static void put(ObjectNode json, ExitEvaluation.Exit exit) {
    json.put("name", exit.name());
    exit.threshold().ifPresent(threshold -> json.put("threshold", threshold));
    Shares.put(json, "accuracy", exit.accuracy());
    Shares.put(json, "agreement", exit.agreement());
    Shares.put(json, "rate", exit.rate());
    Shares.put(json, "accuracy_leaving", exit.leaving());
    Shares.put(json, "agreement_leaving", exit.leavingAgreement());
    json.put("macs_fraction", exit.fraction());
  }
}
