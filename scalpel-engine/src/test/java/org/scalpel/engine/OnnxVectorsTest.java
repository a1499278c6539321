package org.scalpel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.scalpel.graph.ModelException;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;

/** Every vector of the standard that the whole model passes must pass in pieces. */
class OnnxVectorsTest {
  /** The standard's own tolerance for a runtime. */
  private static final double EXPECTED_TOLERANCE = 1e-3;

  /** Of a hundred vectors so many must pass whole and in pieces: 88 do, with Debian 12's. */
  private static final int FLOOR = 86;

  /** Of a hundred vectors so many may be left out for one reason: the runtime refuses 6.5. */
  private static final int CEILING = 8;

  private static final String LIGHT = "light_";
  private final Map<String, List<String>> skipped = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private int passed;
  private int inSeveralKernels;
  private int cuts;

  @Test
  void vectorsThatTheWholeModelPassesAlsoPassInPieces() {
    List<Path> files = RealModels.vectors();
    try (Engine engine = new Engine(EngineOptions.DEFAULT.withLevel(OptimizationLevel.EXTENDED))) {
      for (Path file : files) {
        try {
          check(engine, file);
        } catch (OnnxVectors.Skipped e) {
          skip(String.valueOf(e.getMessage()), file);
        } catch (ModelException e) {
          skip("refused on reading: only tensors travel", file);
          assertThat(e).as(file.toString()).hasMessageContaining("only tensors travel");
        } catch (IOException | RuntimeException | AssertionError e) {
          failures.add(file + ": " + e);
        }
      }
    }
    System.out.printf(
        "vectors: %d of %d pass whole and in %d cuts, %d of them have several kernels%n",
        passed, files.size(), cuts, inSeveralKernels);
    skipped.forEach(
        (why, which) -> System.out.printf("vectors: %d left out: %s%n", which.size(), why));
    assertThat(failures).isEmpty();
    assertThat(passed).isGreaterThan(files.size() * FLOOR / 100);
    assertThat(skipped.values())
        .allSatisfy(which -> assertThat(which).hasSizeLessThan(files.size() * CEILING / 100));
    assertThat(skipped.values().stream().mapToInt(Collection::size).sum() + passed)
        .isEqualTo(files.size());
  }

  /** The networks among the vectors have equal weights; here they get random ones. */
  @Test
  void networksAmongTheVectorsAnswerTheSameWithRandomWeights() {
    List<Path> light =
        RealModels.vectors().stream()
            .filter(f -> String.valueOf(f.getFileName()).startsWith(LIGHT))
            .toList();
    assumeTrue(
        !light.isEmpty(),
        "SKIPPED: these vectors hold no networks light_*.onnx (the ONNX project's own folder does)");
    for (Path file : light) {
      OnnxModel model = RandomWeights.in(OnnxModel.read(file));
      EveryCut.check(
          String.valueOf(file.getFileName()),
          model,
          SampleInputs.of(model, 3, Map.of()),
          SplitEquality.TOLERANCE);
    }
  }

  private void check(Engine engine, Path file) throws IOException, OnnxVectors.Skipped {
    OnnxModel model = OnnxModel.read(file);
    try (Stream<Path> siblings = Files.list(file.resolveSibling("."))) {
      List<Path> sets =
          siblings.filter(f -> f.getFileName().toString().startsWith("test_data_set_")).toList();
      if (sets.isEmpty()) {
        throw new OnnxVectors.Skipped("a network without data, tested with random weights");
      }
      for (Path data : sets) {
        check(engine, model, data);
      }
    }
    passed++;
  }

  private void check(Engine engine, OnnxModel model, Path data)
      throws IOException, OnnxVectors.Skipped {
    Map<String, TensorData> inputs = OnnxVectors.read(data, "input", model.inputs());
    Map<String, TensorData> outputs = OnnxVectors.read(data, "output", model.outputs());
    passesWhole(engine, model, inputs, outputs);
    SplitEquality equality = new SplitEquality(engine, model, inputs, SplitEquality.TOLERANCE);
    List<int[]> all = equality.cuts(Integer.MAX_VALUE, 1);
    all.add(equality.everywhere());
    equality.check(all);
    cuts += all.size();
    inSeveralKernels += equality.kernels().kernels().size() > 1 ? 1 : 0;
  }

  private static void passesWhole(
      Engine engine,
      OnnxModel model,
      Map<String, TensorData> inputs,
      Map<String, TensorData> outputs)
      throws OnnxVectors.Skipped {
    try (Session session = engine.open(model)) {
      Map<String, TensorData> made = session.run(inputs);
      for (Map.Entry<String, TensorData> output : outputs.entrySet()) {
        if (!same(output.getValue(), Found.in(made, output.getKey()))) {
          throw new OnnxVectors.Skipped("the runtime's answer to the whole model is another");
        }
      }
    } catch (EngineException e) {
      throw new OnnxVectors.Skipped("the runtime refuses the whole model");
    }
  }

  private static boolean same(TensorData expected, TensorData made) {
    return expected.fact().equals(made.fact())
        && SplitEquality.difference(expected, made) <= EXPECTED_TOLERANCE;
  }

  private void skip(String why, Path file) {
    skipped.computeIfAbsent(why, w -> new ArrayList<>()).add(file.toString());
  }
}
