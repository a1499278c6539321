package org.scalpel.tier;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A message on its way out through gRPC, in the pieces of {@link InferMarshaller#parts}. gRPC
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

  WireStream(List<ByteBuffer> pieces) {
    parts = pieces.toArray(new ByteBuffer[0]);
    long total = 0;
    for (ByteBuffer piece : pieces) {
      total += piece.remaining();
    }
    left = Math.toIntExact(total);
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
