package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * What was predicted ({@code predicted_ms}) beside what was measured.
 *
 * @param rows measured ones
 * @param measured the column of what was measured
 */
record Predictions(Table rows, String measured) {
  private static final String PREDICTED = "predicted_ms";

  /** By which part each prediction is off. */
  List<Double> errors() {
    List<Double> predicted = rows.numbers(PREDICTED);
    List<Double> real = rows.numbers(measured);
    List<Double> errors = new ArrayList<>();
    for (int i = 0; i < real.size(); i++) {
      errors.add(Math.abs(predicted.get(i) / real.get(i) - 1));
    }
    return errors;
  }

  /** The middle one of the errors, in words. */
  String median() {
    return Figure.percent(Figure.median(errors())) + " in the median";
  }

  /** The middle one and a large one, in words. */
  String words() {
    return median() + ", " + Figure.percent(Figure.p95(errors())) + " at the 95th percentile";
  }

  /** Points of a colour for each value of a column, beside the line where the two are equal. */
  Chart chart(String title, String measuredTitle, String column) {
    Chart chart = new Chart(title, "predicted (ms)", measuredTitle).logLog();
    rows.by(column)
        .forEach(
            (value, own) -> chart.points(value, own.numbers(PREDICTED), own.numbers(measured)));
    return chart.diagonal(rows.numbers(PREDICTED));
  }
}
