package org.scalpel.tier;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/**
 * Lets this JVM compile the data path before it counts. A fresh JVM interprets it: its first
 * requests take milliseconds longer per hop than the later ones (docs/benchmarks.md, "Single
 * requests"). A rehearsal sends a tiny model's requests through a hop of its own, in this process,
 * over loopback.
 */
public final class Rehearsal {
  // What runs five thousand times is compiled for good.
  private static final int REQUESTS = 6_000;

  private static final int FLOATS = 8_192;
  private static final List<String> TIERS = List.of("rehearsal", "rehearsal-next");

  private Rehearsal() {}

  /**
   * Rehearses until the path is compiled, or the limit is reached; a few seconds of work.
   *
   * @return how many requests there were
   * @throws TierException loopback cannot be used
   */
  public static int run(Duration limit) {
    return run(REQUESTS, limit);
  }

  static int run(int most, Duration limit) {
    long until = System.nanoTime() + limit.toNanos();
    Path folder = folder();
    try (TierServer server =
            TierServer.start(
                TierConfig.builder(TIERS.get(1)).store(folder.resolve("next")).build());
        DeviceTier device =
            new DeviceTier(
                TierConfig.builder(TIERS.get(0))
                    .next(server.address().toString())
                    .store(folder.resolve("own"))
                    .build())) {
      TensorFact fact = TensorFact.of(ElementType.FLOAT32, 1, FLOATS);
      OnnxModel model =
          ModelBuilder.opset(17)
              .input("x", fact)
              .node("Neg", List.of("x"), List.of("a"))
              .node("Abs", List.of("a"), List.of("y"))
              .output("y", fact)
              .build();
      KernelGraph kernels = device.engine().kernels(model);
      Map<String, TensorData> inputs =
          Map.of("x", TensorData.ofFloats(new float[FLOATS], fact.dims()));
      Deployment deployment =
          new Deployment(
              kernels,
              TIERS,
              List.of(0, 1),
              device.engine().facts(model, inputs),
              Map.of(),
              Map.of());
      int requests = 0;
      try (PlanExecutor plan = device.prepare(deployment)) {
        while (requests < most && System.nanoTime() < until) {
          plan.execute(inputs).release();
          requests++;
        }
      }
      return requests;
    } finally {
      delete(folder);
    }
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("scalpel-rehearsal");
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder for the rehearsal", e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " could not be deleted", e);
    }
  }
}
