package org.scalpel.app;

import java.nio.ByteBuffer;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.TensorData;

/** The values of a tensor as numbers, for comparison and for JSON. */
final class Numbers {
  private Numbers() {}

  static double[] of(TensorData tensor) {
    int count = Math.toIntExact(tensor.fact().elements());
    double[] values = new double[count];
    ByteBuffer data = tensor.data();
    for (int i = 0; i < count; i++) {
      values[i] = next(data, tensor.fact().type());
    }
    return values;
  }

  private static double next(ByteBuffer data, ElementType type) {
    return switch (type) {
      case FLOAT32 -> data.getFloat();
      case FLOAT64 -> data.getDouble();
      case INT64, UINT64 -> data.getLong();
      case INT32 -> data.getInt();
      case UINT32 -> data.getInt() & 0xFFFFFFFFL;
      case INT16 -> data.getShort();
      case UINT16 -> data.getShort() & 0xFFFF;
      case INT8 -> data.get();
      case UINT8, BOOL -> data.get() & 0xFF;
      case FLOAT16 -> half(data.getShort());
      case BFLOAT16 -> Float.intBitsToFloat(data.getShort() << 16);
      default -> throw new UserException("a tensor of " + type + " cannot be shown as numbers");
    };
  }

  private static float half(short bits) {
    int exponent = bits >> 10 & 0x1F;
    float fraction = bits & 0x3FF;
    float size =
        exponent == 0
            ? fraction * 0x1p-24f
            : exponent == 31
                ? (fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN)
                : Math.scalb(1 + fraction / 1024, exponent - 15);
    return bits < 0 ? -size : size;
  }

  static int argmax(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }
}
