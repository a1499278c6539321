package org.scalpel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelException;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.OnnxModel.Value;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.onnx.TensorProto;

/** Every vector of the standard that the whole model passes must pass in pieces. */
class OnnxVectorsTest {
  /** The standard's own tolerance for a runtime. */
  private static final double EXPECTED_TOLERANCE = 1e-3;

  private static final int MANY = 500;

  @Test
  void vectorsThatTheWholeModelPassesAlsoPassInPieces() throws IOException {
    List<String> failures = new ArrayList<>();
    int passed = 0;
    List<Path> files = RealModels.vectors();
    try (Engine engine = new Engine(EngineOptions.DEFAULT.withLevel(OptimizationLevel.EXTENDED))) {
      for (Path file : files) {
        Optional<Map<String, TensorData>> inputs = passingInputs(engine, file);
        if (inputs.isEmpty()) {
          continue;
        }
        try {
          SplitEquality equality =
              new SplitEquality(
                  engine, OnnxModel.read(file), inputs.get(), SplitEquality.QUANTISED_TOLERANCE);
          equality.check(equality.cuts(3, 1));
          passed++;
        } catch (RuntimeException | AssertionError e) {
          failures.add(file + ": " + e);
        }
      }
    }
    assertThat(failures).isEmpty();
    assertThat(passed).isGreaterThan(MANY);
  }

  /** The inputs of a vector whose expected outputs the whole model gives. */
  private static Optional<Map<String, TensorData>> passingInputs(Engine engine, Path file)
      throws IOException {
    Path data = file.resolveSibling("test_data_set_0");
    try {
      OnnxModel model = OnnxModel.read(file);
      Optional<Map<String, TensorData>> inputs = read(data, "input", model.inputs());
      Optional<Map<String, TensorData>> outputs = read(data, "output", model.outputs());
      if (inputs.isEmpty() || outputs.isEmpty()) {
        return Optional.empty();
      }
      try (Session session = engine.open(model)) {
        Map<String, TensorData> made = session.run(inputs.get());
        boolean passes =
            outputs.get().entrySet().stream()
                .allMatch(e -> same(e.getValue(), Found.in(made, e.getKey())));
        return passes ? inputs : Optional.empty();
      }
    } catch (ModelException | EngineException e) {
      return Optional.empty();
    }
  }

  private static boolean same(TensorData expected, TensorData made) {
    return expected.fact().equals(made.fact())
        && SplitEquality.difference(expected, made) <= EXPECTED_TOLERANCE;
  }

  private static Optional<Map<String, TensorData>> read(
      Path folder, String role, List<Value> values) throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      Path file = folder.resolve(role + "_" + i + ".pb");
      if (!Files.isRegularFile(file)) {
        return Optional.empty();
      }
      try (InputStream in = Files.newInputStream(file)) {
        Optional<TensorData> tensor = tensor(TensorProto.parseFrom(in));
        if (tensor.isEmpty()) {
          return Optional.empty();
        }
        tensors.put(values.get(i).name(), tensor.get());
      }
    }
    return Optional.of(tensors);
  }

  /** Most vectors are raw bytes; the rest are the three common typed lists. */
  private static Optional<TensorData> tensor(TensorProto proto) {
    TensorFact fact = new TensorFact(ElementType.ofOnnx(proto.getDataType()), proto.getDimsList());
    if (fact.type() == ElementType.STRING) {
      return Optional.empty();
    }
    if (fact.elements() == 0 || proto.hasRawData()) {
      return Optional.of(TensorData.ofBytes(fact, proto.getRawData().toByteArray()));
    }
    ByteBuffer data = TensorData.allocate(fact);
    switch (fact.type()) {
      case FLOAT32 -> proto.getFloatDataList().forEach(data::putFloat);
      case INT64 -> proto.getInt64DataList().forEach(data::putLong);
      case INT32 -> proto.getInt32DataList().forEach(data::putInt);
      default -> {
        return Optional.empty();
      }
    }
    return Optional.of(new TensorData(fact, data.flip()));
  }
}
