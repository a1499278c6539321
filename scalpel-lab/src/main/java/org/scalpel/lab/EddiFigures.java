package org.scalpel.lab;

import java.util.List;
import java.util.Locale;

/** Figures of the rows of the experiment on early exits. */
final class EddiFigures {
  private EddiFigures() {}

  /** A scheme's mean over rows. */
  static double mean(Table table, String scheme, String column) {
    return table.where(row -> row.text("scheme").equals(scheme)).numbers(column).stream()
        .mapToDouble(value -> value)
        .average()
        .orElse(Double.NaN);
  }

  /** The largest of the schemes' means. */
  static double best(Table table, List<String> schemes, String column) {
    return schemes.stream().mapToDouble(scheme -> mean(table, scheme, column)).max().orElseThrow();
  }

  /** A scheme's share of all requests of the rows; rows without requests do not count. */
  static double share(Table table, String scheme, String column) {
    Table own = table.where(r -> r.text("scheme").equals(scheme) && r.number("requests") > 0);
    List<Double> shares = own.numbers(column);
    List<Double> counts = own.numbers("requests");
    double sum = 0;
    double all = 0;
    for (int i = 0; i < shares.size(); i++) {
      sum += shares.get(i) * counts.get(i);
      all += counts.get(i);
    }
    return sum / all;
  }

  /** A difference of shares, with its sign. */
  static String points(double difference) {
    return String.format(Locale.ROOT, "%+.1f", 100 * difference);
  }
}
