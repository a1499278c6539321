package org.scalpel.lab;

import java.util.Collection;
import java.util.Locale;
import org.scalpel.cost.Stat;

/** Numbers as text, the same in every locale. */
final class Figure {
  private Figure() {}

  /** About five digits that matter. */
  static String of(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return String.valueOf(value);
    }
    int digits = Math.max(0, Math.min(6, 4 - (int) Math.floor(Math.log10(Math.abs(value)))));
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** A share as a percentage, one decimal. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  static double median(Collection<Double> values) {
    return Stat.quantile(values, 0.5);
  }

  static double p95(Collection<Double> values) {
    return Stat.quantile(values, 0.95);
  }

  /** Distance between the quartiles. */
  static double spread(Collection<Double> values) {
    return Stat.quantile(values, 0.75) - Stat.quantile(values, 0.25);
  }
}
