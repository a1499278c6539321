package org.scalpel.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Bytes without loss. Blocks of up to 131,072 elements are taken apart into planes: all first
 * bytes, all second bytes, …, so that signs and exponents, which repeat, stand together and apart
 * from mantissas, which do not. Every plane is compressed by itself:
 *
 * <pre>
 *   int32 length of what was compressed
 *   then for every block and every plane of it
 *     int32 n ≥ 0: n compressed bytes;  n &lt; 0: the plane itself, -n bytes long
 * </pre>
 *
 * <p>So a reader knows how long every part must become before it expands it.
 */
final class ShuffledBytes {
  private static final int BLOCK = 1 << 17;
  private static final int CHUNK = 4096;

  private final int width;
  private final Squeezer squeezer;

  /**
   * A way to take elements apart and compress them.
   *
   * @param width bytes of an element
   */
  ShuffledBytes(int width, Squeezer squeezer) {
    this.width = width;
    this.squeezer = squeezer;
  }

  ByteBuffer pack(ByteBuffer plain) {
    ByteBuffer from = plain.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int elements = from.remaining() / width;
    int most = Math.min(BLOCK, elements);
    byte[][] planes = new byte[width][most];
    byte[] squeezed = new byte[squeezer.bound(most)];
    Out out = new Out(Integer.BYTES + from.remaining() / 2 + 64);
    out.putInt(from.remaining());
    for (int start = 0; start < elements; start += BLOCK) {
      int count = Math.min(BLOCK, elements - start);
      split(from, count, planes);
      for (byte[] plane : planes) {
        int length = squeezer.squeeze(plane, count, squeezed);
        if (length < count) {
          out.putInt(length);
          out.put(squeezed, length);
        } else {
          out.putInt(-count);
          out.put(plane, count);
        }
      }
    }
    return out.direct();
  }

  /**
   * What was packed.
   *
   * @param lengths it may have; any other is refused before anything is allocated
   */
  ByteBuffer unpack(ByteBuffer packed, int... lengths) {
    ByteBuffer from = packed.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int length = take(from);
    if (Arrays.stream(lengths).noneMatch(l -> l == length)) {
      throw new CodecException(
          "tensor: packed from %d bytes, expected %s".formatted(length, Arrays.toString(lengths)));
    }
    int elements = length / width;
    long parts = (long) width * ((elements + BLOCK - 1L) / BLOCK);
    if (from.remaining() < parts * (Integer.BYTES + 1)) {
      throw new CodecException("tensor: ends before its %d parts".formatted(parts));
    }
    ByteBuffer plain = ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
    int most = Math.min(BLOCK, elements);
    byte[][] planes = new byte[width][most];
    byte[] squeezed = new byte[most];
    for (int start = 0; start < elements; start += BLOCK) {
      int count = Math.min(BLOCK, elements - start);
      for (byte[] plane : planes) {
        part(from, count, plane, squeezed);
      }
      join(planes, count, plain);
    }
    if (from.hasRemaining()) {
      throw new CodecException("tensor: %d bytes too many".formatted(from.remaining()));
    }
    return plain.flip();
  }

  private void part(ByteBuffer from, int count, byte[] plane, byte[] squeezed) {
    int length = take(from);
    boolean plain = length == -count;
    if (!plain && (length <= 0 || length >= count)) {
      throw new CodecException("tensor: a part of length %d for %d bytes".formatted(length, count));
    }
    int size = plain ? count : length;
    if (from.remaining() < size) {
      throw new CodecException(
          "tensor: a part of %d bytes, %d are left".formatted(size, from.remaining()));
    }
    from.get(plain ? plane : squeezed, 0, size);
    if (!plain) {
      squeezer.expand(squeezed, size, plane, count);
    }
  }

  private static int take(ByteBuffer from) {
    if (from.remaining() < Integer.BYTES) {
      throw new CodecException("tensor: ends in the middle of a length");
    }
    return from.getInt();
  }

  private void split(ByteBuffer from, int count, byte[][] planes) {
    switch (width) {
      case 1 -> from.get(planes[0], 0, count);
      case 2 -> split2(from, count, planes[0], planes[1]);
      case 4 -> split4(from, count, planes);
      default -> splitAny(from, count, planes);
    }
  }

  private static void split2(ByteBuffer from, int count, byte[] low, byte[] high) {
    short[] values = new short[Math.min(CHUNK, count)];
    for (int start = 0; start < count; start += CHUNK) {
      int n = Math.min(CHUNK, count - start);
      from.asShortBuffer().get(values, 0, n);
      from.position(from.position() + n * Short.BYTES);
      for (int i = 0; i < n; i++) {
        low[start + i] = (byte) values[i];
      }
      for (int i = 0; i < n; i++) {
        high[start + i] = (byte) (values[i] >> 8);
      }
    }
  }

  private static void split4(ByteBuffer from, int count, byte[][] planes) {
    int[] values = new int[Math.min(CHUNK, count)];
    for (int start = 0; start < count; start += CHUNK) {
      int n = Math.min(CHUNK, count - start);
      from.asIntBuffer().get(values, 0, n);
      from.position(from.position() + n * Integer.BYTES);
      for (int p = 0; p < planes.length; p++) {
        plane(values, n, 8 * p, planes[p], start);
      }
    }
  }

  private static void plane(int[] values, int n, int shift, byte[] plane, int start) {
    for (int i = 0; i < n; i++) {
      plane[start + i] = (byte) (values[i] >> shift);
    }
  }

  private void splitAny(ByteBuffer from, int count, byte[][] planes) {
    for (int i = 0; i < count; i++) {
      for (int p = 0; p < width; p++) {
        planes[p][i] = from.get();
      }
    }
  }

  private void join(byte[][] planes, int count, ByteBuffer to) {
    switch (width) {
      case 1 -> to.put(planes[0], 0, count);
      case 2 -> join2(planes[0], planes[1], count, to);
      case 4 -> join4(planes, count, to);
      default -> joinAny(planes, count, to);
    }
  }

  private static void join2(byte[] low, byte[] high, int count, ByteBuffer to) {
    short[] values = new short[Math.min(CHUNK, count)];
    for (int start = 0; start < count; start += CHUNK) {
      int n = Math.min(CHUNK, count - start);
      for (int i = 0; i < n; i++) {
        values[i] = (short) ((low[start + i] & 0xff) | (high[start + i] << 8));
      }
      to.asShortBuffer().put(values, 0, n);
      to.position(to.position() + n * Short.BYTES);
    }
  }

  private static void join4(byte[][] planes, int count, ByteBuffer to) {
    byte[] a = planes[0];
    byte[] b = planes[1];
    byte[] c = planes[2];
    byte[] d = planes[3];
    int[] values = new int[Math.min(CHUNK, count)];
    for (int start = 0; start < count; start += CHUNK) {
      int n = Math.min(CHUNK, count - start);
      for (int i = 0; i < n; i++) {
        int at = start + i;
        values[i] = (a[at] & 0xff) | ((b[at] & 0xff) << 8) | ((c[at] & 0xff) << 16) | (d[at] << 24);
      }
      to.asIntBuffer().put(values, 0, n);
      to.position(to.position() + n * Integer.BYTES);
    }
  }

  private void joinAny(byte[][] planes, int count, ByteBuffer to) {
    for (int i = 0; i < count; i++) {
      for (int p = 0; p < width; p++) {
        to.put(planes[p][i]);
      }
    }
  }

  /** Grows as it is filled. */
  private static final class Out {
    private byte[] bytes;
    private int size;

    Out(int guess) {
      bytes = new byte[guess];
    }

    void put(byte[] source, int length) {
      ensure(length);
      System.arraycopy(source, 0, bytes, size, length);
      size += length;
    }

    void putInt(int value) {
      ensure(Integer.BYTES);
      for (int i = 0; i < Integer.BYTES; i++) {
        bytes[size++] = (byte) (value >> (8 * i));
      }
    }

    private void ensure(int more) {
      if (bytes.length - size < more) {
        bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length + bytes.length / 2));
      }
    }

    ByteBuffer direct() {
      return ByteBuffer.allocateDirect(size).put(bytes, 0, size).flip();
    }
  }
}
