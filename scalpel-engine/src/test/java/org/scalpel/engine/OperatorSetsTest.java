package org.scalpel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.scalpel.graph.OnnxModel;
import org.scalpel.onnx.OperatorSetIdProto;

class OperatorSetsTest {
  private static final int OLDEST = 7;
  private static final int NEWEST_KNOWN = 24;

  @Test
  void aNetworkIsCutInEveryOperatorSetThatTheRuntimeTakes() {
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      int version = OLDEST;
      while (takes(engine, residual(version))) {
        OnnxModel model = residual(version);
        assertThat(model.opset()).isEqualTo(version);
        SplitEquality equality =
            new SplitEquality(
                engine, model, SampleInputs.of(model, 3, Map.of()), SplitEquality.TOLERANCE);
        equality.check(equality.cuts(Integer.MAX_VALUE, 1));
        version++;
      }
      System.out.printf("operator sets %d to %d are cut%n", OLDEST, version - 1);
      assertThat(version).isGreaterThan(NEWEST_KNOWN);
    }
  }

  private static boolean takes(Engine engine, OnnxModel model) {
    try (Session session = engine.open(model)) {
      return !session.inputs().isEmpty();
    } catch (EngineException e) {
      return false;
    }
  }

  private static OnnxModel residual(int opset) {
    OnnxModel model = TestModels.residual();
    return OnnxModel.of(
        model.proto().toBuilder()
            .clearOpsetImport()
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
            .build(),
        model.folder());
  }
}
