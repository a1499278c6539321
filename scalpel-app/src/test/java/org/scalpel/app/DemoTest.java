package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** End to end: three real processes, real sockets, a real network. */
class DemoTest {
  @TempDir private Path folder;

  @Test
  @Timeout(value = 150, unit = TimeUnit.SECONDS)
  void everyPlanReadsTheTextAsTheWholeModelDoes() throws Exception {
    Path report = folder.resolve("report.html");
    Process demo = demo(report, "--json", "--quick", "-q");
    String out =
        new String(demo.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(demo.waitFor()).as(Files.readString(folder.resolve("err"))).isZero();
    JsonNode json = Json.parse(out, "stdout");
    assertThat(json.get("agree").asBoolean()).isTrue();
    assertThat(json.get("max_rel_diff").asDouble()).isLessThan(1e-3);
    assertThat(json.get("answer").asText()).contains("Cut where it pays");
    assertThat(json.get("rows").findValuesAsText("plan"))
        .contains("auto", "device-only", "edge-only", "cloud-only", "neurosurgeon", "private");
    assertThat(json.properties())
        .extracting(java.util.Map.Entry::getKey)
        .contains("agree", "max_rel_diff", "model", "rows", "report");
    for (JsonNode row : json.get("rows")) {
      assertThat(row.properties())
          .extracting(java.util.Map.Entry::getKey)
          .contains("plan", "predicted_ms", "median_ms", "p95_ms", "bytes_sent", "partition");
      assertThat(row.get("median_ms").asDouble()).isPositive();
      assertThat(row.get("p95_ms").asDouble())
          .isGreaterThanOrEqualTo(row.get("median_ms").asDouble());
      boolean here = row.get("plan").asText().equals("device-only");
      assertThat(row.get("bytes_sent").asLong() == 0).isEqualTo(here);
    }
    JsonNode split = json.get("rows").get(json.get("rows").size() - 1).get("partition");
    assertThat(split.get("device").asInt()).isPositive();
    assertThat(split.get("edge").asInt() + split.get("cloud").asInt()).isPositive();
    assertThat(Files.readString(report))
        .contains("private", "drawGraph")
        .doesNotContain("src=\"http");
    assertThat(leftOver(demo)).isEmpty();
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void anInterruptedDemoLeavesNoProcessBehind() throws Exception {
    Process demo = demo(folder.resolve("report.html"), "--quick");
    while (demo.isAlive() && demo.descendants().count() < 2) {
      Thread.onSpinWait();
    }
    List<ProcessHandle> children = demo.descendants().toList();
    assertThat(children).hasSizeGreaterThanOrEqualTo(2);
    demo.destroy();
    assertThat(demo.waitFor(20, TimeUnit.SECONDS)).isTrue();
    for (ProcessHandle child : children) {
      child.onExit().get(20, TimeUnit.SECONDS);
      assertThat(child.isAlive()).isFalse();
    }
    assertThat(folder.resolve("report.html")).doesNotExist();
    assertThat(temporary()).isEmptyDirectory();
    assertThat(folder.resolve("err"))
        .content()
        .contains("scalpel: the demo was stopped")
        .doesNotContain("ended before it was ready");
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void aKilledDemosProcessesEndByThemselvesAndTheNextOneClearsItsFolder() throws Exception {
    Process demo = demo(folder.resolve("report.html"), "--quick");
    while (demo.isAlive() && demo.descendants().count() < 1) {
      Thread.onSpinWait();
    }
    List<ProcessHandle> children = demo.descendants().toList();
    demo.destroyForcibly().waitFor();
    for (ProcessHandle child : children) {
      child.onExit().get(20, TimeUnit.SECONDS);
    }
    String ofDemos = "glob:**/scalpel-demo-*";
    assertThat(temporary()).isDirectoryContaining(ofDemos);
    WorkFolder.create(temporary(), "scalpel-demo-").close();
    assertThat(temporary()).isDirectoryNotContaining(ofDemos);
  }

  @Test
  void aFolderInUseIsNotCleared() throws Exception {
    try (WorkFolder first = WorkFolder.create(folder, "demo-");
        WorkFolder second = WorkFolder.create(folder, "demo-")) {
      assertThat(first.path()).isDirectory();
      assertThat(second.path()).isDirectory();
    }
    assertThat(folder).isEmptyDirectory();
  }

  private Path temporary() {
    return folder.resolve("tmp");
  }

  /** A process of its own, as a user starts it; temporary files go to the test's folder. */
  private Process demo(Path report, String... words) throws IOException {
    Path temporary = Files.createDirectories(temporary());
    List<String> command =
        Stream.concat(
                Stream.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Djava.io.tmpdir=" + temporary,
                    "-cp",
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")),
                    Main.class.getName(),
                    "demo",
                    "--report",
                    report.toString()),
                Stream.of(words))
            .toList();
    return new ProcessBuilder(command).redirectError(folder.resolve("err").toFile()).start();
  }

  private static List<ProcessHandle> leftOver(Process demo) {
    return demo.descendants().filter(ProcessHandle::isAlive).toList();
  }
}
