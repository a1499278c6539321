package org.scalpel.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Profiled graphs of real networks, when the folder named by SCALPEL_ZOO has them. */
class RealProblemsTest {
  private static List<Path> files() throws IOException {
    String zoo = System.getenv("SCALPEL_ZOO");
    assumeTrue(zoo != null, "SCALPEL_ZOO is not set: no real problems to plan");
    Path folder = Path.of(zoo, "problems");
    assumeTrue(Files.isDirectory(folder), folder + " is missing: no real problems to plan");
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  @Test
  void noPublishedAlgorithmBeatsOurs() throws IOException {
    for (Path file : files()) {
      Problem problem = ProblemJson.read(Files.readString(file), file.getFileName().toString());
      for (Objective objective : List.of(Objective.LATENCY, Objective.THROUGHPUT)) {
        Plan ours = Planner.plan(problem, Request.of(objective));
        assertThat(ours.gap()).isLessThan(1e-6);
        StringBuilder row = new StringBuilder(file.getFileName() + " " + objective.text());
        row.append(
            String.format(Locale.ROOT, " ours %.3f in %.1f ms", ours.valueMs(), ours.solveMs()));
        for (String name :
            List.of(
                "device-only",
                "cloud-only",
                "neurosurgeon",
                "dads",
                "dads-heavy",
                "qdmp",
                "two-cut",
                "decc",
                "eddi")) {
          Plan other = Planner.algorithm(name).plan(problem, Request.of(objective));
          row.append(
              String.format(
                  Locale.ROOT,
                  " %s %.3fx%s",
                  name,
                  other.valueMs() / ours.valueMs(),
                  other.main().valid() ? "" : "!"));
          if (other.main().valid()) {
            assertThat(ours.valueMs())
                .as(row.toString())
                .isLessThanOrEqualTo(other.valueMs() * (1 + 1e-9));
          }
        }
        System.out.println(row);
      }
    }
  }

  @Test
  void makespansAreProvedOrTheirGapIsReported() throws IOException {
    for (Path file : files().subList(0, 12)) {
      Problem problem = ProblemJson.read(Files.readString(file), file.getFileName().toString());
      Request request = Request.of(Objective.MAKESPAN).withTimeLimit(Duration.ofSeconds(2));
      Plan quick = Overlap.heuristic().plan(problem, request);
      assertThat(quick.boundMs()).isLessThanOrEqualTo(quick.valueMs());
      System.out.printf(
          Locale.ROOT,
          "%s makespan %.3f bound %.3f gap %.2f %% in %.1f ms%n",
          file.getFileName(),
          quick.valueMs(),
          quick.boundMs(),
          100 * quick.gap(),
          quick.solveMs());
    }
  }
}
