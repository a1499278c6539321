package org.scalpel.tier;

import com.google.protobuf.CodedOutputStream;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A message on its way out: header bytes, then every raw tensor with its tag and length. gRPC
 * drains it at once when the call is up, so a large tensor is copied once, in pieces that stay in
 * the cache.
 */
final class WireStream extends InputStream implements KnownLength, Drainable {
  private static final int SCRATCH = 16 * 1024;
  private static final ThreadLocal<byte[]> SCRATCHES =
      ThreadLocal.withInitial(() -> new byte[SCRATCH]);

  private final ByteBuffer[] parts;
  private int part;
  private int left;

  WireStream(byte[] header, List<ByteBuffer> raw, int rawField) {
    parts = new ByteBuffer[1 + 2 * raw.size()];
    parts[0] = ByteBuffer.wrap(header);
    long total = header.length;
    for (int i = 0; i < raw.size(); i++) {
      ByteBuffer data = raw.get(i).duplicate();
      parts[1 + 2 * i] = ByteBuffer.wrap(prefix(rawField, data.remaining()));
      parts[2 + 2 * i] = data;
      total += rawSize(rawField, data);
    }
    left = Math.toIntExact(total);
  }

  static long rawSize(int field, ByteBuffer data) {
    int bytes = data.remaining();
    return (long) CodedOutputStream.computeTagSize(field)
        + CodedOutputStream.computeUInt32SizeNoTag(bytes)
        + bytes;
  }

  private static byte[] prefix(int field, int length) {
    byte[] bytes =
        new byte
            [CodedOutputStream.computeTagSize(field)
                + CodedOutputStream.computeUInt32SizeNoTag(length)];
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeTag(field, 2);
      out.writeUInt32NoTag(length);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new IllegalStateException("the array was measured", e);
    }
    return bytes;
  }

  @Override
  public int available() {
    return left;
  }

  @Override
  public int drainTo(OutputStream target) throws IOException {
    int total = left;
    byte[] scratch = SCRATCHES.get();
    while (left > 0) {
      int count = read(scratch, 0, scratch.length);
      target.write(scratch, 0, count);
    }
    return total;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    if (left == 0) {
      return length == 0 ? 0 : -1;
    }
    int done = 0;
    while (done < length && left > 0) {
      ByteBuffer source = parts[part];
      if (!source.hasRemaining()) {
        part++;
        continue;
      }
      int count = Math.min(length - done, source.remaining());
      source.get(target, offset + done, count);
      done += count;
      left -= count;
    }
    return done;
  }
}
