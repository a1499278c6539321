package org.scalpel.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Reading, writing and refusing problem files. */
class ProblemJsonTest {
  private static final String BASE =
      """
      {"tiers": [{"name": "device"}, {"name": "edge"}],
       "layers": [{"name": "a", "compute_ms": [1, 2]}, {"name": "b", "compute_ms": [1, 2]}],
       "tensors": [{"name": "x", "producer": null, "consumers": ["a"], "bytes": 1},
                   {"name": "y", "producer": "a", "consumers": ["b"], "bytes": 1}],
       "links": [{"up_mbps": 1, "down_mbps": 1, "rtt_ms": 1}]}
      """;

  @Test
  void readsWhatItWrites() {
    RandomProblems problems =
        new RandomProblems(6).codecs().reach().charges().forbidden().deadLinks();
    for (int i = 0; i < 50; i++) {
      Problem problem = problems.next(1 + i % 9, 2 + i % 3);
      assertThat(ProblemJson.read(ProblemJson.write(problem), "text")).isEqualTo(problem);
    }
  }

  @Test
  void readsEveryOptionalPart() {
    Problem problem = ProblemJson.read(Examples.text("full-problem.json"), "full-problem.json");
    assertThat(problem.tiers().get(1).sharers()).isEqualTo(4);
    assertThat(problem.links().get(0).mjPerMb()).isEqualTo(30);
    assertThat(problem.options().weights()).isEqualTo(new Weights(1, 0.5, 2));
    assertThat(problem.options().resultsAt()).isEqualTo(ResultsAt.ANYWHERE);
    assertThat(problem.options().exits().orElseThrow().points()).hasSize(2);
    assertThat(problem.layers().get(0).allowed()).containsExactly(0, 1);
    assertThat(problem.tensors().get(0).codecs()).hasSize(2);
    assertThat(ProblemJson.read(ProblemJson.write(problem), "text")).isEqualTo(problem);
  }

  @Test
  void acceptsTheUnchangedBase() {
    assertThat(ProblemJson.read(BASE, "base").layers()).hasSize(2);
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of("\"links\"", "\"lnks\"", "unknown field \"lnks\". Maybe \"links\"?"),
        Arguments.of("\"rtt_ms\"", "\"rtt\"", "links[0]: unknown field \"rtt\". Maybe \"rtt_ms\"?"),
        Arguments.of("\"rtt_ms\": 1", "\"up_mbps\": 2", "Duplicate field 'up_mbps'"),
        Arguments.of("[1, 2]}, {", "[1]}, {", "layers[0] \"a\": compute_ms: expected 2 numbers"),
        Arguments.of("[1, 2]}, {", "[1, -2]}, {", "found -2"),
        Arguments.of("[1, 2]}, {", "[1, 1e999]}, {", "expected a finite number"),
        Arguments.of("[1, 2]}, {", "[1, NaN]}, {", "line 2"),
        Arguments.of("[1, 2]}, {", "[1, \"2\"]}, {", "compute_ms: expected a number, found \"2\""),
        Arguments.of(
            "{\"name\": \"b\", \"c",
            "{\"name\": \"a\", \"c",
            "layers[1] \"a\": expected a new name"),
        Arguments.of("{\"name\": \"edge\"}", "{\"name\": \"device\"}", "tiers[1] \"device\""),
        Arguments.of("\"name\": \"y\"", "\"name\": \"x\"", "tensors[1] \"x\": expected a new name"),
        Arguments.of(", {\"name\": \"edge\"}", "", "tiers: expected two or more, found 1"),
        Arguments.of(
            "\"producer\": \"a\"", "\"producer\": \"aa\"", "unknown layer \"aa\". Maybe \"a\"?"),
        Arguments.of("\"producer\": \"a\", ", "", "expected the field \"producer\", found none"),
        Arguments.of("[\"b\"]", "[\"c\"]", "tensors[1] \"y\": consumers: unknown layer \"c\""),
        Arguments.of("[\"b\"]", "[\"a\"]", "without cycles, found layer \"a\" on one"),
        Arguments.of(
            "[\"a\"], \"bytes\": 1", "[\"a\"], \"bytes\": -1", "bytes: expected a finite number"),
        Arguments.of(
            "[\"a\"], \"bytes\": 1", "[\"a\"], \"bytes\": 1.5", "bytes: expected an integer"),
        Arguments.of(
            "[\"a\"], \"bytes\": 1", "[\"a\"], \"bytes\": 1e30", "bytes: expected an integer"),
        Arguments.of(
            "[\"a\"], \"bytes\": 1", "[\"a\"], \"bytes\": 1, \"codecs\": []", "at least one codec"),
        Arguments.of(
            "\"compute_ms\": [1, 2]}]",
            "\"compute_ms\": [1, 2], \"allowed\": []}]",
            "at least one tier"),
        Arguments.of(
            "\"compute_ms\": [1, 2]}]",
            "\"compute_ms\": [1, 2], \"allowed\": [\"egde\"]}]",
            "Maybe \"edge\"?"),
        Arguments.of(
            "\"compute_ms\": [1, 2]}]",
            "\"compute_ms\": [1, 2], \"reach\": 2}]",
            "from 0 to 1, found 2"),
        Arguments.of(
            "{\"up_mbps\": 1, \"down_mbps\": 1, \"rtt_ms\": 1}",
            "",
            "links: expected 1, one between"),
        Arguments.of(
            "\"up_mbps\": 1,",
            "\"up_mbps\": -1,",
            "up_mbps: expected a finite number of at least 0, found -1"),
        Arguments.of("\"rtt_ms\": 1}]}", "\"rtt_ms\": 1}]", "expected JSON"),
        Arguments.of(
            "\"rtt_ms\": 1}]}",
            "\"rtt_ms\": 1}], \"results_at\": \"cloud\"}",
            "device or anywhere"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refusesInOneLineThatNamesThePlace(String from, String to, String expected) {
    String text = BASE.replace(from, to);
    assertThat(text).isNotEqualTo(BASE);
    assertThatThrownBy(() -> ProblemJson.read(text, "bad.json"))
        .isInstanceOf(ProblemException.class)
        .hasMessageStartingWith("bad.json: ")
        .hasMessageContaining(expected)
        .satisfies(refused -> assertThat(refused.toString()).doesNotContain("\n"));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void refusesTextThatIsNoProblem(String text) {
    assertThatThrownBy(() -> ProblemJson.read(text, "bad.json"))
        .isInstanceOf(ProblemException.class)
        .satisfies(refused -> assertThat(refused.toString().length()).isLessThan(500));
  }

  static Stream<String> hostile() {
    return Stream.of(
        "",
        "null",
        "[]",
        "{}",
        "{\"tiers\": 5}",
        "{\"tiers\": [5]}",
        "[".repeat(100_000),
        "{\"a\":".repeat(100_000),
        "{\"tiers\": [{\"name\": \"\"}, {\"name\": \"b\"}], \"layers\": [], \"tensors\": [], \"links\": []}",
        BASE + BASE,
        BASE.replace("[1, 2]}, {", "[" + "1".repeat(10_000) + ", 2]}, {"),
        BASE.replace("\"x\"", "\"" + "x".repeat(1_000_000) + "\"").replace("[\"b\"]", "[\"c\"]"));
  }
}
