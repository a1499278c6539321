package org.scalpel.lab;

import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A drawing in fewer bytes: a tenth of a point is all that a page shows, and letters, which are
 * drawn as outlines, have many digits more.
 */
final class SmallSvg {
  private static final Pattern NUMBER = Pattern.compile("(?<![\\d.])-?\\d+\\.\\d{2,}");
  private static final Pattern BETWEEN_TAGS = Pattern.compile(">\\s+<");

  private SmallSvg() {}

  static String of(String svg) {
    String rounded = NUMBER.matcher(svg).replaceAll(SmallSvg::rounded);
    return BETWEEN_TAGS.matcher(rounded).replaceAll(">\n<");
  }

  private static String rounded(MatchResult number) {
    String text = String.format(Locale.ROOT, "%.1f", Double.parseDouble(number.group()));
    String brief = text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    return brief.equals("-0") ? "0" : brief;
  }
}
