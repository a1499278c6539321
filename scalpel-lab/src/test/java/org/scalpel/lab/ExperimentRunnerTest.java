package org.scalpel.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentRunnerTest {
  @TempDir private Path out;

  /** Squares numbers, and counts how often it was asked to. */
  private static final class Squares implements Experiment {
    private final List<String> worked = new ArrayList<>();
    private int failAt = -1;

    @Override
    public String name() {
      return "squares";
    }

    @Override
    public String question() {
      return "What are the squares?";
    }

    @Override
    public List<String> columns() {
      return List.of("n", "square");
    }

    @Override
    public List<Cell> cells(Lab lab) {
      List<Cell> cells = new ArrayList<>();
      for (int n = 1; n <= lab.pick(2, 4); n++) {
        int number = n;
        cells.add(new Cell("n" + n, () -> square(number)));
      }
      return cells;
    }

    private List<List<String>> square(int n) {
      if (n == failAt) {
        throw new IllegalStateException("the power went out");
      }
      worked.add("n" + n);
      return List.of(List.of(String.valueOf(n), String.valueOf(n * n)));
    }

    @Override
    public void conclude(Table results, Report report) {
      report.found(
          "The last square is " + results.numbers("square").get(results.rows().size() - 1));
      report.chart(
          "squares",
          new Chart("Squares", "n", "n²")
              .line("n²", results.numbers("n"), results.numbers("square")));
    }
  }

  private Report run(Squares experiment, boolean quick) throws Exception {
    ExperimentRunner.Order order =
        new ExperimentRunner.Order(
            out, new Lab.Options(quick, 7, List.of()), "./scalpel lab run squares");
    return new ExperimentRunner(order, line -> {}, (done, all) -> {}).run(experiment);
  }

  @Test
  void writesTableReportChartsAndRecord() throws Exception {
    Report report = run(new Squares(), false);
    Path folder = out.resolve("squares");
    assertThat(report.findings()).containsExactly("The last square is 16.0");
    assertThat(folder.resolve("results.csv")).hasContent("n,square\n1,1\n2,4\n3,9\n4,16");
    assertThat(Files.readString(folder.resolve("results.md")))
        .contains("What are the squares?", "The last square is 16.0", "| 4 | 16 |", "squares.svg");
    assertThat(Files.readString(folder.resolve("squares.svg"))).contains("<svg");
    JsonNode record = new ObjectMapper().readTree(folder.resolve("run.json").toFile());
    assertThat(record.path("command").asText()).isEqualTo("./scalpel lab run squares");
    assertThat(record.path("seed").asInt()).isEqualTo(7);
    assertThat(record.path("machine").path("cores").asInt()).isPositive();
    assertThat(record.path("versions").path("onnxruntime").asText()).isNotEmpty();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "results.csv", "results.md", "run.json", "squares.svg", "squares.png");
    }
  }

  @Test
  void goesOnWhereItWasInterrupted() throws Exception {
    Squares broken = new Squares();
    broken.failAt = 3;
    assertThatThrownBy(() -> run(broken, false)).hasMessage("the power went out");
    assertThat(out.resolve("squares/results.csv")).doesNotExist();
    Squares again = new Squares();
    run(again, false);
    assertThat(again.worked).containsExactly("n3", "n4");
    assertThat(out.resolve("squares/results.csv")).hasContent("n,square\n1,1\n2,4\n3,9\n4,16");
  }

  @Test
  void otherOptionsBeginAnew() throws Exception {
    Squares broken = new Squares();
    broken.failAt = 3;
    assertThatThrownBy(() -> run(broken, false)).isInstanceOf(IllegalStateException.class);
    Squares quick = new Squares();
    run(quick, true);
    assertThat(quick.worked).containsExactly("n1", "n2");
  }

  @Test
  void aLineThatWasCutShortIsMeasuredAgain() throws Exception {
    Squares broken = new Squares();
    broken.failAt = 3;
    assertThatThrownBy(() -> run(broken, false)).isInstanceOf(IllegalStateException.class);
    Path journal = out.resolve("squares/journal.jsonl");
    String text = Files.readString(journal);
    Files.writeString(journal, text.substring(0, text.length() - 10));
    Squares again = new Squares();
    run(again, false);
    assertThat(again.worked).containsExactly("n2", "n3", "n4");
  }
}
