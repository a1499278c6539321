package org.scalpel.engine;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.OnnxModel.Value;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.onnx.TensorProto;

/** Reads the inputs and expected outputs of the ONNX project's test vectors. */
final class OnnxVectors {
  private OnnxVectors() {}

  /** Why a vector is left out. */
  static final class Skipped extends Exception {
    private static final long serialVersionUID = 1;

    Skipped(String reason) {
      super(reason);
    }
  }

  /** The tensors {@code role_0.pb}, {@code role_1.pb}, … under the names of the model. */
  static Map<String, TensorData> read(Path folder, String role, List<Value> values)
      throws IOException, Skipped {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      Path file = folder.resolve(role + "_" + i + ".pb");
      if (!Files.isRegularFile(file)) {
        throw new Skipped("no data for some " + role);
      }
      try (InputStream in = Files.newInputStream(file)) {
        tensors.put(values.get(i).name(), tensor(TensorProto.parseFrom(in)));
      }
    }
    return tensors;
  }

  private static TensorData tensor(TensorProto proto) throws Skipped {
    TensorFact fact = new TensorFact(ElementType.ofOnnx(proto.getDataType()), proto.getDimsList());
    if (fact.type() == ElementType.STRING) {
      throw new Skipped("strings");
    }
    if (fact.type().bytes().isEmpty() || fact.type().name().startsWith("FLOAT8")) {
      throw new Skipped("eight-bit floats and types packed several to a byte");
    }
    ByteString raw = proto.getRawData();
    if (fact.elements() == 0 || !raw.isEmpty()) {
      return TensorData.ofBytes(fact, raw.toByteArray());
    }
    ByteBuffer data = TensorData.allocate(fact);
    switch (fact.type()) {
      case FLOAT32, COMPLEX64 -> proto.getFloatDataList().forEach(data::putFloat);
      case FLOAT64, COMPLEX128 -> proto.getDoubleDataList().forEach(data::putDouble);
      case INT64 -> proto.getInt64DataList().forEach(data::putLong);
      case UINT64 -> proto.getUint64DataList().forEach(data::putLong);
      case UINT32 -> proto.getUint64DataList().forEach(v -> data.putInt(v.intValue()));
      case INT32 -> proto.getInt32DataList().forEach(data::putInt);
      case INT16, UINT16, FLOAT16, BFLOAT16 ->
          proto.getInt32DataList().forEach(v -> data.putShort(v.shortValue()));
      default -> proto.getInt32DataList().forEach(v -> data.put(v.byteValue()));
    }
    return new TensorData(fact, data.flip());
  }
}
