package org.scalpel.app;

import java.util.Locale;

/** Numbers with their units, for people. */
public final class Units {
  private Units() {}

  /** Milliseconds with three significant digits at least. */
  public static String ms(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    double size = Math.abs(value);
    int digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + digits + "f ms", value);
  }

  /** Bytes in powers of 1,000. */
  public static String bytes(double value) {
    return scaled(value, new String[] {"B", "kB", "MB", "GB", "TB"});
  }

  /** A count in powers of 1,000. */
  public static String count(double value) {
    return scaled(value, new String[] {"", "k", "M", "G", "T"});
  }

  /** A share of one, in percent. */
  public static String percent(double share) {
    return String.format(Locale.ROOT, Math.abs(share) < 0.1 ? "%.2f %%" : "%.1f %%", 100 * share);
  }

  private static String scaled(double value, String[] names) {
    int power = 0;
    double scaled = value;
    while (Math.abs(scaled) >= 1000 && power < names.length - 1) {
      scaled /= 1000;
      power++;
    }
    boolean whole = power == 0 && scaled == Math.rint(scaled);
    String digits = whole ? "%.0f" : scaled >= 100 ? "%.0f" : scaled >= 10 ? "%.1f" : "%.2f";
    return (String.format(Locale.ROOT, digits, scaled) + " " + names[power]).strip();
  }
}
