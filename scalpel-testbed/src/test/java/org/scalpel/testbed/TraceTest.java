package org.scalpel.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceTest {
  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("some.log"), text);
  }

  @Test
  void readsJsonSteps() throws IOException {
    Trace trace =
        Trace.read(
            file(
                """
                [ {"duration_ms": 840, "bandwidth_kbps": 16823, "latency_ms": 20},
                  {"duration_ms": 1000, "bandwidth_kbps": 0} ]
                """));
    assertThat(trace.steps())
        .containsExactly(new Trace.Step(840, 16.823, 20), new Trace.Step(1000, 0, 0));
    assertThat(trace.durationMs()).isEqualTo(1840);
    assertThat(trace.meanMbps()).isCloseTo(16.823 * 840 / 1840, within(1e-9));
  }

  @Test
  void readsLinesOfSecondsAndMbps() throws IOException {
    Trace trace = Trace.read(file("0.0\t2.5\n1.5\t1.25\n2.5 3\n"));
    assertThat(trace.steps())
        .containsExactly(
            new Trace.Step(1500, 2.5, 0),
            new Trace.Step(1000, 1.25, 0),
            new Trace.Step(1000, 3, 0));
    assertThat(trace.at(1499).mbps()).isEqualTo(2.5);
    assertThat(trace.at(1500).mbps()).isEqualTo(1.25);
    assertThat(trace.at(3500).mbps()).isEqualTo(2.5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{\"duration_ms\": 1}]                            | step 0: expected a number in \"bandwidth_kbps\"",
        "[{\"duration_ms\": -1, \"bandwidth_kbps\": 1}]    | duration -1.0 ms",
        "[{\"duration_ms\": 1, \"bandwidth_kbps\": -1}]    | rate -0.001 Mbps",
        "[{\"duration_ms\": 1,                             | line 1 is not JSON",
        "[]                                                | has 0 steps",
        "hello world                                       | line 1: expected two numbers",
        "1 2 3                                             | line 1: expected \"seconds Mbps\"",
        "''                                                | has 0 steps"
      })
  void namesFileAndPlaceOfWhatIsWrong(String text, String message) throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> Trace.read(file))
        .isInstanceOf(TestbedException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("some.log");
  }

  @Test
  void refusesTimeThatGoesBack() throws IOException {
    Path file = file("5 1\n4 1\n");
    assertThatThrownBy(() -> Trace.read(file)).hasMessageContaining("entry 1: duration -1000.0 ms");
  }

  @Test
  void aPlayerTellsEachStepOnceAndStartsAgain() {
    Trace trace = new Trace("t", List.of(new Trace.Step(10, 1, 0), new Trace.Step(10, 2, 0)));
    List<Double> told = new ArrayList<>();
    try (TracePlayer player = new TracePlayer(trace, step -> told.add(step.mbps()))) {
      for (int ms = 0; ms < 45; ms += 3) {
        player.advanceTo(ms);
      }
    }
    assertThat(told).containsExactly(1.0, 2.0, 1.0, 2.0, 1.0);
  }

  @Test
  void readsEveryTraceOfTheZoo() throws IOException {
    String zoo = System.getenv("SCALPEL_ZOO");
    assumeTrue(zoo != null, "SCALPEL_ZOO is not set: the measured traces are not tried");
    try (Stream<Path> files = Files.walk(Path.of(zoo, "traces"))) {
      List<Path> logs =
          files
              .filter(Files::isRegularFile)
              .filter(f -> !f.getFileName().toString().matches(".*(txt|md)"))
              .toList();
      assertThat(logs).isNotEmpty();
      for (Path log : logs) {
        assertThat(Trace.read(log).meanMbps()).as(log.toString()).isBetween(0.0, 1000.0);
      }
    }
  }
}
