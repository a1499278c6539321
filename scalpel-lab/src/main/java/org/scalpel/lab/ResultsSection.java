package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An experiment's own report as a section of a larger page: its title left out, its headings one
 * level lower, its charts taken from another folder. The table of all rows stays behind.
 */
final class ResultsSection {
  private static final Pattern IMAGE = Pattern.compile("!\\[[^]]*\\]\\(([^)]+)\\)");
  private static final String ALL_ROWS = "## " + ReportFolder.ALL_ROWS;

  private final String folder;
  private final List<String> charts;

  /**
   * A section.
   *
   * @param folder of the charts, as the page calls it
   * @param charts that are there
   */
  ResultsSection(String folder, List<String> charts) {
    this.folder = folder;
    this.charts = charts;
  }

  String of(String report) {
    List<String> lines = new ArrayList<>();
    boolean left = false;
    for (String line : report.split("\n", -1)) {
      if (line.startsWith("## ")) {
        left = line.equals(ALL_ROWS);
      } else if (left && !line.isEmpty() && !line.startsWith("|")) {
        left = false;
      }
      if (!left && !line.startsWith("# ")) {
        lines.add(line.startsWith("## ") ? "#" + line : pictured(line));
      }
    }
    return String.join("\n", lines).strip().replaceAll("\n{3,}", "\n\n") + "\n";
  }

  private String pictured(String line) {
    Matcher image = IMAGE.matcher(line);
    if (!image.matches()) {
      return line;
    }
    String file = image.group(1);
    return charts.contains(file)
        ? "![%s](%s/%s)".formatted(file.replaceFirst("\\.svg$", ""), folder, file)
        : "(Chart " + file + " is too large for this page.)";
  }
}
