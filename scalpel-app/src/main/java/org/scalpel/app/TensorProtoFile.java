package org.scalpel.app;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.onnx.TensorProto;

/** ONNX tensors in files of their own (.pb), as the ONNX project's test vectors have them. */
final class TensorProtoFile {
  private TensorProtoFile() {}

  static TensorData read(Path file) {
    TensorProto proto;
    try {
      proto = TensorProto.parseFrom(InputFile.bytes(file));
    } catch (InvalidProtocolBufferException fault) {
      throw new UserException(file + ": expected an ONNX tensor, found other bytes", fault);
    }
    if (proto.hasDataLocation() && proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw new UserException(file + ": expected the values inside the file, found external data");
    }
    TensorFact fact = new TensorFact(ElementType.ofOnnx(proto.getDataType()), proto.getDimsList());
    long found = count(proto);
    long expected = proto.getRawData().isEmpty() ? fact.elements() : fact.bytes();
    if (found != expected) {
      throw new UserException(
          file + ": expected " + expected + " values or bytes for " + fact + ", found " + found);
    }
    ByteBuffer data = TensorData.allocate(fact);
    fill(file, proto, fact, data);
    return new TensorData(fact, data.flip());
  }

  private static long count(TensorProto proto) {
    if (!proto.getRawData().isEmpty()) {
      return proto.getRawData().size();
    }
    return (long) proto.getFloatDataCount()
        + proto.getInt32DataCount()
        + proto.getInt64DataCount()
        + proto.getDoubleDataCount()
        + proto.getUint64DataCount();
  }

  private static void fill(Path file, TensorProto proto, TensorFact fact, ByteBuffer data) {
    if (!proto.getRawData().isEmpty()) {
      data.put(proto.getRawData().asReadOnlyByteBuffer());
      return;
    }
    switch (fact.type()) {
      case FLOAT32 -> proto.getFloatDataList().forEach(data::putFloat);
      case FLOAT64 -> proto.getDoubleDataList().forEach(data::putDouble);
      case INT64 -> proto.getInt64DataList().forEach(data::putLong);
      case UINT64, UINT32 ->
          proto.getUint64DataList().forEach(value -> put(data, value, fact.type()));
      case INT32 -> proto.getInt32DataList().forEach(data::putInt);
      case INT16, UINT16, FLOAT16, BFLOAT16 ->
          proto.getInt32DataList().forEach(value -> data.putShort(value.shortValue()));
      case INT8, UINT8, BOOL ->
          proto.getInt32DataList().forEach(value -> data.put(value.byteValue()));
      default -> throw new UserException(file + ": tensors of " + fact.type() + " cannot be read");
    }
  }

  private static void put(ByteBuffer data, long value, ElementType type) {
    if (type == ElementType.UINT32) {
      data.putInt((int) value);
    } else {
      data.putLong(value);
    }
  }
}
