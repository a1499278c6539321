package org.scalpel.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.scalpel.app.UserException;

class TableTest {
  private static final Table TABLE =
      new Table(
          List.of("model", "ms"),
          List.of(List.of("a,b", "1.5"), List.of("say \"c\"", "2"), List.of("a,b", "3")));

  @Test
  void quotesWhatCsvNeedsQuoted() {
    assertThat(TABLE.csv()).isEqualTo("model,ms\n\"a,b\",1.5\n\"say \"\"c\"\"\",2\n\"a,b\",3\n");
  }

  @Test
  void groupsAndFiltersInOrder() {
    assertThat(TABLE.by("model")).containsOnlyKeys("a,b", "say \"c\"");
    assertThat(TABLE.by("model").values().iterator().next().numbers("ms"))
        .containsExactly(1.5, 3.0);
    assertThat(TABLE.where(row -> row.number("ms") > 1.6).numbers("ms")).containsExactly(2.0, 3.0);
  }

  @Test
  void escapesMarkdown() {
    Table table = new Table(List.of("x"), List.of(List.of("a|b")));
    assertThat(table.markdown()).isEqualTo("| x |\n|---|\n| a\\|b |\n");
  }

  @Test
  void refusesRaggedRowsAndUnknownColumns() {
    assertThatThrownBy(() -> new Table(List.of("a", "b"), List.of(List.of("1"))))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("expected 2");
    assertThatThrownBy(() -> TABLE.numbers("s"))
        .hasMessageContaining("expected one of [model, ms]");
  }

  @Test
  void numbersKeepTheDigitsThatMatter() {
    assertThat(Figure.of(0.0012345)).isEqualTo("0.001235");
    assertThat(Figure.of(12.345678)).isEqualTo("12.346");
    assertThat(Figure.of(123456.7)).isEqualTo("123457");
    assertThat(Figure.of(0)).isEqualTo("0.0");
    assertThat(Figure.percent(0.1234)).isEqualTo("12.3 %");
  }
}
