package org.scalpel.tier;

import io.grpc.Status;
import java.nio.ByteBuffer;
import org.scalpel.graph.ElementType;
import org.scalpel.oip.InferTensorContents;

/**
 * The typed form of tensors, which clients without raw contents use; small types ride in wide ones.
 */
final class TypedContents {
  private TypedContents() {}

  static int count(ElementType type, InferTensorContents c) {
    return switch (type) {
      case BOOL -> c.getBoolContentsCount();
      case INT8, INT16, INT32 -> c.getIntContentsCount();
      case INT64 -> c.getInt64ContentsCount();
      case UINT8, UINT16, UINT32 -> c.getUintContentsCount();
      case UINT64 -> c.getUint64ContentsCount();
      case FLOAT32 -> c.getFp32ContentsCount();
      case FLOAT64 -> c.getFp64ContentsCount();
      default ->
          throw Refusal.of(
              Status.Code.UNIMPLEMENTED, type.oipName() + " has no typed form; send raw contents");
    };
  }

  static void write(ElementType type, InferTensorContents c, ByteBuffer out) {
    switch (type) {
      case BOOL -> c.getBoolContentsList().forEach(v -> out.put((byte) (v ? 1 : 0)));
      case INT8 -> c.getIntContentsList().forEach(v -> out.put(v.byteValue()));
      case INT16 -> c.getIntContentsList().forEach(v -> out.putShort(v.shortValue()));
      case INT32 -> c.getIntContentsList().forEach(out::putInt);
      case INT64 -> c.getInt64ContentsList().forEach(out::putLong);
      case UINT8 -> c.getUintContentsList().forEach(v -> out.put(v.byteValue()));
      case UINT16 -> c.getUintContentsList().forEach(v -> out.putShort(v.shortValue()));
      case UINT32 -> c.getUintContentsList().forEach(out::putInt);
      case UINT64 -> c.getUint64ContentsList().forEach(out::putLong);
      case FLOAT32 -> c.getFp32ContentsList().forEach(out::putFloat);
      case FLOAT64 -> c.getFp64ContentsList().forEach(out::putDouble);
      default -> throw new IllegalStateException("counted before: " + type);
    }
  }
}
