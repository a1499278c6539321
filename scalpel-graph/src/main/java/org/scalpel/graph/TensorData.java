package org.scalpel.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A tensor with its data: row-major, little-endian, packed, in direct memory, so that it goes from
 * the network into a runtime and back without a copy.
 *
 * <p>The data is shared with whoever made the buffer, not copied, unless it lay on the heap; {@link
 * #data()} gives read-only views with their own position, so a value can be read by many threads.
 *
 * @param fact a static type and shape; strings have no such form
 * @param data exactly {@code fact.bytes()} bytes from its position on
 */
public record TensorData(TensorFact fact, ByteBuffer data) {
  /** Checks the size against the shape. */
  public TensorData {
    long expected = fact.bytes();
    if (data.remaining() != expected) {
      throw new ModelException(
          "a tensor " + fact + " has " + data.remaining() + " bytes; expected " + expected);
    }
    data = (data.isDirect() ? data.slice() : direct(data)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A read-only little-endian view at position 0. */
  @Override
  public ByteBuffer data() {
    return data.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A direct little-endian buffer of the right size for a fact, to be filled and then wrapped. */
  public static ByteBuffer allocate(TensorFact fact) {
    long bytes = fact.bytes();
    if (bytes > Integer.MAX_VALUE) {
      throw new ModelException(
          "a tensor " + fact + " has " + bytes + " bytes; expected at most 2 GiB");
    }
    return ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A float32 tensor. */
  public static TensorData ofFloats(float[] values, long... shape) {
    TensorFact fact = TensorFact.of(ElementType.FLOAT32, shape);
    ByteBuffer data = room(fact, values.length);
    data.asFloatBuffer().put(values);
    return new TensorData(fact, data);
  }

  /** An int32 tensor. */
  public static TensorData ofInts(int[] values, long... shape) {
    TensorFact fact = TensorFact.of(ElementType.INT32, shape);
    ByteBuffer data = room(fact, values.length);
    data.asIntBuffer().put(values);
    return new TensorData(fact, data);
  }

  /** An int64 tensor. */
  public static TensorData ofLongs(long[] values, long... shape) {
    TensorFact fact = TensorFact.of(ElementType.INT64, shape);
    ByteBuffer data = room(fact, values.length);
    data.asLongBuffer().put(values);
    return new TensorData(fact, data);
  }

  /** A tensor of any type from its packed little-endian bytes (copied). */
  public static TensorData ofBytes(TensorFact fact, byte[] values) {
    return new TensorData(fact, ByteBuffer.wrap(values));
  }

  /** The elements of a float32 tensor, copied. */
  public float[] floats() {
    require(ElementType.FLOAT32);
    float[] values = new float[(int) fact.elements()];
    data().asFloatBuffer().get(values);
    return values;
  }

  /** The elements of an int64 tensor, copied. */
  public long[] longs() {
    require(ElementType.INT64);
    long[] values = new long[(int) fact.elements()];
    data().asLongBuffer().get(values);
    return values;
  }

  /** The elements of an int32 tensor, copied. */
  public int[] ints() {
    require(ElementType.INT32);
    int[] values = new int[(int) fact.elements()];
    data().asIntBuffer().get(values);
    return values;
  }

  /** The packed bytes, copied. */
  public byte[] bytes() {
    byte[] copy = new byte[data.remaining()];
    data().get(copy);
    return copy;
  }

  /** The index of the largest element of a float32 tensor, the first of equals. */
  public int argmax() {
    float[] values = floats();
    if (values.length == 0) {
      throw new ModelException("a tensor " + fact + " has no largest element");
    }
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  private void require(ElementType type) {
    if (fact.type() != type) {
      throw new ModelException("a tensor " + fact + " was read as " + type.contractName());
    }
  }

  private static ByteBuffer room(TensorFact fact, int count) {
    if (fact.elements() != count) {
      throw new ModelException(count + " values do not fill a tensor " + fact);
    }
    return allocate(fact);
  }

  private static ByteBuffer direct(ByteBuffer data) {
    ByteBuffer copy = ByteBuffer.allocateDirect(data.remaining());
    copy.put(data.duplicate()).flip();
    return copy;
  }
}
