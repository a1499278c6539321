package org.scalpel.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an experiment found: sentences, small tables and charts, in the order in which they come.
 */
public final class Report {
  private final List<String> findings = new ArrayList<>();
  private final Map<String, Table> tables = new LinkedHashMap<>();
  private final Map<String, Chart> charts = new LinkedHashMap<>();
  private final Map<String, Headline> headlines = new LinkedHashMap<>();

  /** One finding: a whole sentence or two, with its numbers. */
  public Report found(String sentence) {
    findings.add(sentence);
    return this;
  }

  /** A table to read, beside the full one. */
  public Report table(String title, Table table) {
    tables.put(title, table);
    return this;
  }

  /** A chart, written as {@code FILE.svg}. */
  public Report chart(String file, Chart chart) {
    charts.put(file, chart);
    return this;
  }

  /**
   * What this run has to say about a headline of a paper; of two on the same one the last counts.
   */
  public Report headline(Headline headline) {
    headlines.put(headline.id(), headline);
    return this;
  }

  List<Headline> headlines() {
    return List.copyOf(headlines.values());
  }

  List<String> findings() {
    return List.copyOf(findings);
  }

  Map<String, Table> tables() {
    return tables;
  }

  Map<String, Chart> charts() {
    return charts;
  }
}
