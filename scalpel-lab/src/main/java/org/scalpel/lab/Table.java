package org.scalpel.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.scalpel.app.UserException;

/**
 * Rows under named columns, all text, numbers as Java writes them.
 *
 * @param columns unique names
 * @param rows each as long as {@code columns}
 */
public record Table(List<String> columns, List<List<String>> rows) {
  /** Copies and checks. */
  public Table {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<String> row : rows) {
      if (row.size() != columns.size()) {
        throw new UserException(
            "row %s has %d cells: expected %d (%s)"
                .formatted(row, row.size(), columns.size(), columns));
      }
    }
  }

  /** The rows that pass. */
  public Table where(Predicate<Row> wanted) {
    List<List<String>> kept = new ArrayList<>();
    for (List<String> row : rows) {
      if (wanted.test(new Row(row))) {
        kept.add(row);
      }
    }
    return new Table(columns, kept);
  }

  /** The rows in groups of equal text in a column, in order of appearance. */
  public Map<String, Table> by(String column) {
    int at = index(column);
    Map<String, List<List<String>>> groups = new LinkedHashMap<>();
    rows.forEach(row -> groups.computeIfAbsent(row.get(at), k -> new ArrayList<>()).add(row));
    Map<String, Table> tables = new LinkedHashMap<>();
    groups.forEach((key, group) -> tables.put(key, new Table(columns, group)));
    return tables;
  }

  /** A column as numbers. */
  public List<Double> numbers(String column) {
    int at = index(column);
    return rows.stream().map(row -> Double.valueOf(row.get(at))).toList();
  }

  /** The first row's text in a column. */
  public String first(String column) {
    return rows.get(0).get(index(column));
  }

  /** One row by column name. */
  public final class Row {
    private final List<String> cells;

    private Row(List<String> cells) {
      this.cells = cells;
    }

    /** Text of a cell. */
    public String text(String column) {
      return cells.get(index(column));
    }

    /** Number in a cell. */
    public double number(String column) {
      return Double.parseDouble(text(column));
    }
  }

  private int index(String column) {
    int at = columns.indexOf(column);
    if (at < 0) {
      throw new UserException("no column " + column + ": expected one of " + columns);
    }
    return at;
  }

  /** Comma-separated, quoted where needed. */
  public String csv() {
    StringBuilder text = new StringBuilder();
    appendCsv(text, columns);
    rows.forEach(row -> appendCsv(text, row));
    return text.toString();
  }

  private static void appendCsv(StringBuilder text, List<String> row) {
    for (int i = 0; i < row.size(); i++) {
      String cell = row.get(i);
      boolean quote = cell.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n');
      text.append(i == 0 ? "" : ",");
      text.append(quote ? '"' + cell.replace("\"", "\"\"") + '"' : cell);
    }
    text.append('\n');
  }

  /** A Markdown table. */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("| ").append(String.join(" | ", columns)).append(" |\n");
    text.append("|---".repeat(columns.size())).append("|\n");
    for (List<String> row : rows) {
      List<String> safe = row.stream().map(cell -> cell.replace("|", "\\|")).toList();
      text.append("| ").append(String.join(" | ", safe)).append(" |\n");
    }
    return text.toString();
  }
}
