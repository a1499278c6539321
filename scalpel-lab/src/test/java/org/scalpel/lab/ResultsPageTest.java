package org.scalpel.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.app.UserException;

class ResultsPageTest {
  @TempDir private Path folder;

  private static final List<ResultsPage.Source> SOURCES =
      List.of(
          new ResultsPage.Source("oracle", "oracle", "Is it best?"),
          new ResultsPage.Source("mix", "mix", "Does it share?"),
          new ResultsPage.Source("faults", "faults", "Does it survive?"));

  private Path results() {
    return folder.resolve("results");
  }

  private Path page() {
    return folder.resolve("docs/results.md");
  }

  private void finished(String name, String headlines, String markdown) throws IOException {
    Path own = Files.createDirectories(results().resolve(name));
    Files.createDirectories(page().getParent());
    Files.writeString(own.resolve("results.md"), markdown);
    Files.writeString(
        own.resolve("run.json"),
        """
        {"schema":1,"command":"./scalpel lab run %s --seed 1","quick":false,"seed":1,
         "start":"2026-11-22T01:02:03Z","duration_s":75.2,"resumed_cells":0,
         "versions":{"scalpel":"0.1","java":"17.0.9","onnxruntime":"1.28.0"},
         "machine":{"cpu":"Example CPU","cores":2,"os":"Linux amd64","load":0.5},
         "headlines":[%s]}
        """
            .formatted(name, headlines));
  }

  private void two() throws IOException {
    finished(
        "oracle",
        "{\"id\":\"oracle.cells\",\"as_published\":null,\"best\":0.9666,\"note\":\"29 of 30 cells\"},"
            + "{\"id\":\"dads.light.latency\",\"as_published\":3.125,\"best\":7.5,\"note\":\"over 3g\"}",
        """
        # oracle

        Is it best?

        - In 29 of 30 cells.

        ## Planned and best

        | model | regret |
        |---|---|
        | a | 0.01 |

        ![](cuts.svg)

        ![](huge.svg)

        ## All rows

        | model | link |
        |---|---|
        | secret | row |

        Command: `./scalpel lab run oracle`

        Machine: Example CPU
        """);
    Files.writeString(results().resolve("oracle/cuts.svg"), "<svg/>");
    Files.writeString(results().resolve("oracle/huge.svg"), "x".repeat(300 << 10));
    finished("mix", "", "# mix\n\nDoes it share?\n\n- It does.\n\nAll 90 rows: `results.csv`.\n");
  }

  @Test
  void headlinesStandBesideThePapersAndWhatIsMissingIsSaid() throws IOException {
    two();
    assertThat(new ResultsPage(results(), page()).write(SOURCES)).containsExactly("oracle", "mix");
    String text = Files.readString(page());
    assertThat(text)
        .startsWith("# Results\n\n*Written by `./scalpel lab report`")
        .contains("never edited by hand")
        .contains("| 6.45× | 3.13× | 7.50× | over 3g | dads-light |")
        .contains("| at least 95 % | – | 96.7 % | 29 of 30 cells | oracle |")
        .contains("| 10.6 % | not run | not run |  | eddi |")
        .contains("Not run: faults.")
        .contains("| 2026-11-22 | 75 s | Example CPU, 2 cores | Scalpel 0.1, Java 17.0.9")
        .contains("`./scalpel lab run mix --seed 1`");
  }

  @Test
  void reportsBecomeSectionsWithTheirTablesAndCharts() throws IOException {
    two();
    new ResultsPage(results(), page()).write(SOURCES);
    assertThat(Files.readString(page()))
        .contains("\n## oracle\n\nIs it best?\n\n- In 29 of 30 cells.\n\n### Planned and best\n")
        .contains("![cuts](results/oracle/cuts.svg)")
        .contains("(Chart huge.svg is too large for this page.)")
        .contains("Command: `./scalpel lab run oracle`\n\nMachine: Example CPU\n\n## mix\n")
        .doesNotContain("secret");
    assertThat(folder.resolve("docs/results/oracle/cuts.svg")).hasContent("<svg/>");
    assertThat(folder.resolve("docs/results/oracle/huge.svg")).doesNotExist();
  }

  @Test
  void theSameResultsMakeTheSamePageAndOldChartsGo() throws IOException {
    two();
    new ResultsPage(results(), page()).write(SOURCES);
    String first = Files.readString(page());
    Path old = folder.resolve("docs/results/oracle/old.svg");
    Files.writeString(old, "<svg/>");
    new ResultsPage(results(), page()).write(SOURCES);
    assertThat(page()).hasContent(first.stripTrailing());
    assertThat(old).doesNotExist();
  }

  @Test
  void withoutAnyResultTheUserIsToldHowToGetThem() {
    assertThatThrownBy(() -> new ResultsPage(results(), page()).write(SOURCES))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no results in")
        .hasMessageContaining("lab run all --out");
  }

  @Test
  void drawingsLoseDigitsThatNobodySees() {
    assertThat(SmallSvg.of("<g>\n    <path d=\"M-5.46875,-7.09375 L-0.04,12.0 Q3,4\"/>\n  </g>"))
        .isEqualTo("<g>\n<path d=\"M-5.5,-7.1 L0,12.0 Q3,4\"/>\n</g>");
    assertThat(SmallSvg.of("<svg version=\"1.0\" id=\"clip901599160\"/>"))
        .isEqualTo("<svg version=\"1.0\" id=\"clip901599160\"/>");
  }
}
