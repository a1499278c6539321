package org.scalpel.tier;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.HasByteBuffer;
import io.grpc.KnownLength;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Reads protobuf's wire format from what gRPC received, where possible straight from its buffers.
 */
final class WireReader {
  private static final int SCRATCH = 16 * 1024;

  private final InputStream in;
  private final HasByteBuffer buffers;
  private final boolean direct;
  private final int size;
  private int position;

  WireReader(InputStream in, int size) {
    this.in = in;
    this.size = size;
    this.buffers = in instanceof HasByteBuffer has ? has : NoBuffers.INSTANCE;
    this.direct = buffers.byteBufferSupported();
  }

  /** A stream that knows its length: one that is being decompressed does not. */
  static InputStream measured(InputStream in, int limit) throws IOException {
    if (in instanceof KnownLength) {
      return in;
    }
    try {
      return new ByteArrayInputStream(in.readNBytes((int) Math.min(1L << 30, limit + 1L)));
    } catch (StatusRuntimeException tooLarge) {
      throw new IOException(tooLarge.getStatus().getDescription(), tooLarge);
    }
  }

  int position() {
    return position;
  }

  private int readByte() throws IOException {
    int value = in.read();
    if (value < 0) {
      throw new EOFException("the message ends inside a field");
    }
    position++;
    return value;
  }

  int readVarint32() throws IOException {
    long value = readVarint64();
    if (value < 0 || value > 0xFFFF_FFFFL) {
      throw new InvalidProtocolBufferException("a tag or length is too large");
    }
    return (int) value;
  }

  private long readVarint64() throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int part = readByte();
      value |= (long) (part & 0x7F) << shift;
      if (part < 0x80) {
        return value;
      }
    }
    throw new InvalidProtocolBufferException("a number has more than ten bytes");
  }

  /** A length that does not reach beyond {@code end}: checked before anything is allocated. */
  int readLength(int end) throws IOException {
    int length = readVarint32();
    if (length < 0 || length > Math.min(end, size) - position) {
      throw new InvalidProtocolBufferException(
          "a field of " + Integer.toUnsignedLong(length) + " bytes reaches beyond its message");
    }
    return length;
  }

  /** The next bytes in a buffer of the pool, in one copy. */
  ByteBuffer readDirect(int length) throws IOException {
    ByteBuffer target = BufferPool.SHARED.take(length);
    byte[] scratch = new byte[direct ? 1 : Math.min(SCRATCH, length)];
    while (target.hasRemaining()) {
      // An empty piece in front is passed by reading one byte.
      if (direct && moveBuffer(target) > 0) {
        continue;
      }
      if (moveBytes(target, scratch) <= 0) {
        throw new EOFException("the message ends inside a tensor");
      }
    }
    position += length;
    return target.flip();
  }

  private int moveBuffer(ByteBuffer target) throws IOException {
    ByteBuffer chunk = buffers.getByteBuffer();
    if (chunk == null || !chunk.hasRemaining()) {
      return 0;
    }
    int count = Math.min(chunk.remaining(), target.remaining());
    target.put(chunk.slice(chunk.position(), count));
    for (long left = count; left > 0; ) {
      long skipped = in.skip(left);
      if (skipped <= 0) {
        throw new EOFException("the message ends inside a tensor");
      }
      left -= skipped;
    }
    return count;
  }

  private int moveBytes(ByteBuffer target, byte[] scratch) throws IOException {
    int count = in.read(scratch, 0, Math.min(scratch.length, target.remaining()));
    if (count > 0) {
      target.put(scratch, 0, count);
    }
    return count;
  }

  /** Copies the rest of a field after its tag. */
  void copyField(int tag, int end, ByteArrayOutputStream out) throws IOException {
    switch (tag & 7) {
      case 0 -> writeVarint64(out, readVarint64());
      case 1 -> copy(8, end, out);
      case 5 -> copy(4, end, out);
      case 2 -> {
        int length = readLength(end);
        writeVarint32(out, length);
        copy(length, end, out);
      }
      default ->
          throw new InvalidProtocolBufferException("wire type " + (tag & 7) + " is not supported");
    }
  }

  private void copy(int length, int end, ByteArrayOutputStream out) throws IOException {
    if (length > end - position) {
      throw new InvalidProtocolBufferException("a field reaches beyond its message");
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length != length) {
      throw new EOFException("the message ends inside a field");
    }
    position += length;
    out.writeBytes(bytes);
  }

  static void writeVarint32(ByteArrayOutputStream out, int value) {
    writeVarint64(out, Integer.toUnsignedLong(value));
  }

  private static void writeVarint64(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private enum NoBuffers implements HasByteBuffer {
    INSTANCE;

    @Override
    public boolean byteBufferSupported() {
      return false;
    }

    @Override
    public ByteBuffer getByteBuffer() {
      throw new UnsupportedOperationException("no buffers behind this stream");
    }
  }
}
