package org.scalpel.tier;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/** The elements of tensors as JSON numbers: flat or nested in, flat out, every digit exact. */
final class JsonTensors {
  private static final BigInteger UINT64_MAX = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
  private static final long UINT32_MAX = 0xFFFF_FFFFL;

  private static final Set<ElementType> TYPES =
      EnumSet.of(
          ElementType.BOOL,
          ElementType.UINT8,
          ElementType.UINT16,
          ElementType.UINT32,
          ElementType.UINT64,
          ElementType.INT8,
          ElementType.INT16,
          ElementType.INT32,
          ElementType.INT64,
          ElementType.FLOAT32,
          ElementType.FLOAT64);

  private JsonTensors() {}

  /** Refuses types that numbers cannot carry. */
  static void check(String what, ElementType type) {
    if (type == ElementType.STRING) {
      throw Refusal.strings(what);
    }
    if (!TYPES.contains(type)) {
      throw Refusal.invalid(
          what + " is " + type.oipName() + ", which JSON cannot carry; use binary data");
    }
  }

  /**
   * Reads the array that the parser stands at, into a buffer of the shared pool.
   *
   * @param bytes of JSON that there are at most: no memory is taken for more elements than fit
   */
  static ByteBuffer read(JsonParser in, String what, TensorFact fact, long bytes)
      throws IOException {
    check(what, fact.type());
    long elements = fact.elements();
    // An element and its comma.
    if (elements > bytes / 2 + 1 || fact.bytes() > Integer.MAX_VALUE) {
      throw Refusal.invalid(what + " has fewer elements than its shape " + fact.shape() + " says");
    }
    if (in.currentToken() != JsonToken.START_ARRAY) {
      throw Refusal.invalid(what + ": data is no array");
    }
    ByteBuffer data = BufferPool.SHARED.take((int) fact.bytes());
    boolean read = false;
    try {
      elements(in, what, fact, data);
      read = true;
    } finally {
      if (!read) {
        BufferPool.SHARED.give(data);
      }
    }
    return data.flip();
  }

  private static void elements(JsonParser in, String what, TensorFact fact, ByteBuffer data)
      throws IOException {
    int depth = 1;
    long count = 0;
    while (depth > 0) {
      JsonToken token = in.nextToken();
      if (token == null) {
        throw Refusal.invalid(what + ": data ends too early");
      }
      switch (token) {
        case START_ARRAY -> depth++;
        case END_ARRAY -> depth--;
        default -> {
          if (++count > fact.elements()) {
            throw Refusal.invalid(
                what + " has more than the " + fact.elements() + " elements of its shape");
          }
          element(in, token, what, fact.type(), data);
        }
      }
    }
    if (count < fact.elements()) {
      throw Refusal.invalid(
          what
              + " has "
              + count
              + " elements; its shape "
              + fact.shape()
              + " says "
              + fact.elements());
    }
  }

  private static void element(
      JsonParser in, JsonToken token, String what, ElementType type, ByteBuffer out)
      throws IOException {
    switch (type) {
      case FLOAT32 -> {
        float value = real(in, token, what).getFloatValue();
        finite(in, value, what);
        out.putFloat(value);
      }
      case FLOAT64 -> {
        double value = real(in, token, what).getDoubleValue();
        finite(in, value, what);
        out.putDouble(value);
      }
      case BOOL -> out.put((byte) bool(in, token, what));
      case INT8 -> out.put((byte) integer(in, token, what, Byte.MIN_VALUE, Byte.MAX_VALUE));
      case UINT8 -> out.put((byte) integer(in, token, what, 0, 0xFF));
      case INT16 -> out.putShort((short) integer(in, token, what, Short.MIN_VALUE, 0x7FFF));
      case UINT16 -> out.putShort((short) integer(in, token, what, 0, 0xFFFF));
      case INT32 -> out.putInt((int) integer(in, token, what, Integer.MIN_VALUE, 0x7FFF_FFFF));
      case UINT32 -> out.putInt((int) integer(in, token, what, 0, UINT32_MAX));
      case INT64 -> out.putLong(integer(in, token, what, Long.MIN_VALUE, Long.MAX_VALUE));
      case UINT64 -> out.putLong(unsigned(in, token, what));
      default -> throw new IllegalStateException("checked before: " + type);
    }
  }

  private static JsonParser real(JsonParser in, JsonToken token, String what) {
    if (!token.isNumeric()) {
      throw notA("number", what, token);
    }
    return in;
  }

  private static void finite(JsonParser in, double value, String what) throws IOException {
    if (!Double.isFinite(value)) {
      throw Refusal.invalid(what + ": " + in.getText() + " is out of range");
    }
  }

  private static int bool(JsonParser in, JsonToken token, String what) throws IOException {
    return token.isBoolean()
        ? (token == JsonToken.VALUE_TRUE ? 1 : 0)
        : (int) integer(in, token, what, 0, 1);
  }

  private static long integer(JsonParser in, JsonToken token, String what, long least, long most)
      throws IOException {
    if (token != JsonToken.VALUE_NUMBER_INT) {
      throw notA("whole number", what, token);
    }
    boolean fits = in.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    long value = fits ? in.getLongValue() : 0;
    if (!fits || value < least || value > most) {
      throw Refusal.invalid(
          what + ": " + in.getText() + " is out of range; expected " + least + " to " + most);
    }
    return value;
  }

  private static long unsigned(JsonParser in, JsonToken token, String what) throws IOException {
    if (token != JsonToken.VALUE_NUMBER_INT) {
      throw notA("whole number", what, token);
    }
    BigInteger value = in.getBigIntegerValue();
    if (value.signum() < 0 || value.compareTo(UINT64_MAX) > 0) {
      throw Refusal.invalid(what + ": " + value + " is out of range; expected 0 to " + UINT64_MAX);
    }
    return value.longValue();
  }

  private static RuntimeException notA(String kind, String what, JsonToken found) {
    return Refusal.invalid(what + ": found " + found + " where a " + kind + " was expected");
  }

  /** Writes the elements, flat. */
  static void write(JsonGenerator out, String what, TensorData tensor) throws IOException {
    ElementType type = tensor.fact().type();
    ByteBuffer data = tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    out.writeStartArray();
    while (data.hasRemaining()) {
      switch (type) {
        case FLOAT32 -> {
          float value = data.getFloat();
          finite(value, what);
          out.writeNumber(value);
        }
        case FLOAT64 -> {
          double value = data.getDouble();
          finite(value, what);
          out.writeNumber(value);
        }
        case BOOL -> out.writeBoolean(data.get() != 0);
        case INT8 -> out.writeNumber(data.get());
        case UINT8 -> out.writeNumber(data.get() & 0xFF);
        case INT16 -> out.writeNumber(data.getShort());
        case UINT16 -> out.writeNumber(data.getShort() & 0xFFFF);
        case INT32 -> out.writeNumber(data.getInt());
        case UINT32 -> out.writeNumber(data.getInt() & UINT32_MAX);
        case INT64 -> out.writeNumber(data.getLong());
        case UINT64 -> ProtoJson.number(out, data.getLong(), true);
        default -> throw new IllegalStateException("checked before: " + type);
      }
    }
    out.writeEndArray();
  }

  private static void finite(double value, String what) {
    if (!Double.isFinite(value)) {
      throw Refusal.invalid(
          what + " has " + value + ", which JSON cannot carry; ask for binary data");
    }
  }
}
