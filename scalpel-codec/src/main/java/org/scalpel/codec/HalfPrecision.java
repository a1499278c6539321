package org.scalpel.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;

/**
 * Single precision as IEEE half precision, rounded to nearest, ties to even. What is too large
 * becomes ±65504; infinities, zeros' signs and NaN stay what they are. The loops have no branches,
 * so that their speed does not depend on the values.
 */
final class HalfPrecision {
  private static final int CHUNK = 4096;

  /** The smallest single that is a normal half. */
  private static final int NORMAL = 113 << 23;

  private static final int EXPONENT_SHIFT = 112 << 23;
  private static final int INFINITE = 0x7f80_0000;
  private static final int LARGEST_HALF = 0x7bff;

  /** Its units in the last place are the subnormal halves: adding it rounds to them. */
  private static final float HALF = 0.5f;

  private static final int HALF_BITS = 0x3f00_0000;
  private static final float TO_SINGLE = 0x1p112f;

  private HalfPrecision() {}

  static int size(TensorLayout layout) {
    return layout.elements() * Short.BYTES;
  }

  static void encode(ByteBuffer tensor, ByteBuffer out) {
    IntBuffer from = tensor.duplicate().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    ShortBuffer to = out.duplicate().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    int[] singles = new int[Math.min(CHUNK, from.remaining())];
    short[] halves = new short[singles.length];
    while (from.hasRemaining()) {
      int count = Math.min(CHUNK, from.remaining());
      from.get(singles, 0, count);
      for (int i = 0; i < count; i++) {
        halves[i] = half(singles[i]);
      }
      to.put(halves, 0, count);
    }
  }

  static void decode(ByteBuffer coded, ByteBuffer out) {
    ShortBuffer from = coded.duplicate().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    IntBuffer to = out.duplicate().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    short[] halves = new short[Math.min(CHUNK, from.remaining())];
    int[] singles = new int[halves.length];
    while (from.hasRemaining()) {
      int count = Math.min(CHUNK, from.remaining());
      from.get(halves, 0, count);
      for (int i = 0; i < count; i++) {
        singles[i] = single(halves[i]);
      }
      to.put(singles, 0, count);
    }
  }

  static short half(int bits) {
    int sign = (bits >>> 16) & 0x8000;
    int size = bits & 0x7fff_ffff;
    int normal =
        Math.min((size - EXPONENT_SHIFT + 0xfff + ((size >>> 13) & 1)) >> 13, LARGEST_HALF);
    int subnormal = Float.floatToRawIntBits(Float.intBitsToFloat(size) + HALF) - HALF_BITS;
    int fraction = size & 0x7f_ffff;
    int special = 0x7c00 | ((-fraction >>> 31) << 9) | (fraction >>> 13);
    int isSubnormal = (size - NORMAL) >> 31;
    int isSpecial = (INFINITE - 1 - size) >> 31;
    int finite = (subnormal & isSubnormal) | (normal & ~isSubnormal);
    return (short) (sign | (finite & ~isSpecial) | (special & isSpecial));
  }

  static int single(short half) {
    int sign = (half & 0x8000) << 16;
    int bits = (half & 0x7fff) << 13;
    int finite = Float.floatToRawIntBits(Float.intBitsToFloat(bits) * TO_SINGLE);
    int isSpecial = ((0x7c00 << 13) - 1 - bits) >> 31;
    return sign | (finite & ~isSpecial) | ((INFINITE | bits) & isSpecial);
  }
}
