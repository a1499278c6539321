package org.scalpel.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Single precision as one byte per element, {@code least + step · byte}, with a least value and a
 * step for every group of {@link TensorLayout#groups}: all pairs first, then all bytes. A group
 * whose values are all the same comes back exactly; others are off by half a step at most. A tensor
 * with an infinity or a NaN, for which no step would do, and one that would not become shorter,
 * travel as they are: the length tells.
 */
final class ChannelInt8 {
  private static final int LEVELS = 255;
  private static final int PAIR = 2 * Float.BYTES;

  private ChannelInt8() {}

  static int size(TensorLayout layout) {
    return layout.groups() * PAIR + layout.elements();
  }

  /** Fills {@code out} from its start and leaves its limit behind what was written. */
  static void encode(ByteBuffer tensor, TensorLayout layout, ByteBuffer out) {
    if (size(layout) >= layout.bytes() || !quantise(tensor, layout, out)) {
      out.clear();
      out.put(tensor.duplicate());
    }
    out.flip();
  }

  private static boolean quantise(ByteBuffer tensor, TensorLayout layout, ByteBuffer out) {
    FloatBuffer from = tensor.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    ByteBuffer pairs = out.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int groups = layout.groups();
    float[] values = new float[layout.elements() / groups];
    byte[] bytes = new byte[values.length];
    out.position(groups * PAIR);
    for (int g = 0; g < groups; g++) {
      from.get(values);
      float least = values[0];
      float most = values[0];
      for (float value : values) {
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
      // A NaN makes both of them NaN.
      if (!Float.isFinite(least) || !Float.isFinite(most)) {
        return false;
      }
      float step = (float) (((double) most - least) / LEVELS);
      pairs.putFloat(least).putFloat(step);
      levels(values, least, step, bytes);
      out.put(bytes);
    }
    return true;
  }

  private static void levels(float[] values, float least, float step, byte[] bytes) {
    double perStep = step == 0 ? 0 : 1.0 / step;
    for (int i = 0; i < values.length; i++) {
      int level = (int) (((double) values[i] - least) * perStep + 0.5);
      bytes[i] = (byte) Math.min(level, LEVELS);
    }
  }

  static void decode(ByteBuffer coded, TensorLayout layout, ByteBuffer out) {
    if (coded.remaining() != size(layout)) {
      out.duplicate().put(coded.duplicate());
      return;
    }
    ByteBuffer pairs = coded.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer from = coded.duplicate();
    FloatBuffer to = out.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    int groups = layout.groups();
    float[] values = new float[groups == 0 ? 0 : layout.elements() / groups];
    byte[] bytes = new byte[values.length];
    from.position(from.position() + groups * PAIR);
    for (int g = 0; g < groups; g++) {
      double least = pairs.getFloat();
      double step = pairs.getFloat();
      from.get(bytes);
      for (int i = 0; i < bytes.length; i++) {
        values[i] = (float) (least + step * (bytes[i] & 0xff));
      }
      to.put(values);
    }
  }
}
