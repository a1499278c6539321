package org.scalpel.tier;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends messages of a {@link Lane} as data frames, as far as the peer's windows reach; a large
 * tensor goes to the socket from where it lies. On the lane's thread, but for {@link #body}.
 */
final class FrameWriter {
  // A small tensor is copied behind its header: one piece for the socket instead of three.
  private static final int COPIED = 8 * 1024;

  private final ArrayDeque<Pending> queue = new ArrayDeque<>();
  private long connectionWindow = Frames.DEFAULT_WINDOW;
  private long streamWindow = Frames.DEFAULT_WINDOW;
  private long initialWindow = Frames.DEFAULT_WINDOW;
  private int largestFrame = Frames.DEFAULT_FRAME;

  /**
   * A message that waits.
   *
   * @param room whether {@link #body} left room for a header in front of it, unsent as it is
   */
  private record Pending(ByteBuf body, boolean room, Runnable sent) {}

  /** A message of gRPC around pieces; the large ones are not copied. */
  @SuppressWarnings("ReferenceEquality") // whether the last part is the very one being filled
  static ByteBuf body(ByteBufAllocator memory, List<ByteBuffer> pieces) {
    long length = 0;
    for (ByteBuffer piece : pieces) {
      length += piece.remaining();
    }
    List<ByteBuf> parts = new ArrayList<>();
    ByteBuf small = memory.directBuffer(512);
    // Room in front, where the header of the only frame of a small message will stand.
    small.setIndex(Frames.HEADER_BYTES, Frames.HEADER_BYTES);
    small.writeByte(0).writeInt((int) length);
    parts.add(small);
    boolean between = false;
    for (ByteBuffer piece : pieces) {
      if (piece.isDirect() && piece.remaining() > COPIED) {
        parts.add(Unpooled.wrappedBuffer(piece));
        between = true;
        continue;
      }
      if (between) {
        small = memory.directBuffer(Math.max(512, piece.remaining()));
        parts.add(small);
        between = false;
      }
      small.writeBytes(piece.duplicate());
    }
    return parts.size() == 1
        ? small
        : Unpooled.wrappedBuffer(parts.size(), parts.toArray(new ByteBuf[0]));
  }

  /** Queues a message; {@code sent} runs when the socket has taken its last byte. */
  void add(ByteBuf body, Runnable sent) {
    queue.add(new Pending(body, body.readerIndex() == Frames.HEADER_BYTES, sent));
  }

  /** Writes what the windows allow and flushes it. */
  @SuppressWarnings("FutureReturnValueIgnored") // failures close the channel
  void drain(ChannelHandlerContext ctx) {
    boolean wrote = false;
    for (Pending next = queue.peek(); next != null; next = queue.peek()) {
      int whole = next.body.readableBytes();
      int count =
          (int) Math.min(Math.min(connectionWindow, streamWindow), Math.min(largestFrame, whole));
      if (count <= 0) {
        break;
      }
      connectionWindow -= count;
      streamWindow -= count;
      wrote = true;
      if (next.room && count == whole && next.body.readerIndex() == Frames.HEADER_BYTES) {
        Frames.header(next.body.setIndex(0, 0), count, Frames.DATA, 0, Frames.STREAM);
        next.body.writerIndex(Frames.HEADER_BYTES + count);
      } else {
        var unusedHead =
            ctx.write(
                Frames.header(ctx.alloc(), count, Frames.DATA, 0, Frames.STREAM),
                ctx.voidPromise());
      }
      if (count < whole) {
        var unusedPart = ctx.write(next.body.readRetainedSlice(count), ctx.voidPromise());
        continue;
      }
      queue.poll();
      Runnable sent = next.sent;
      var unused =
          ctx.write(next.body)
              .addListener(
                  done -> {
                    if (done.isSuccess()) {
                      sent.run();
                    }
                  });
    }
    if (wrote) {
      ctx.flush();
    }
  }

  /** The peer takes so many bytes more. */
  void widen(int stream, int bytes) throws ProtocolException {
    if (bytes <= 0) {
      throw new ProtocolException("a window grows by " + bytes + " bytes");
    }
    if (stream == 0) {
      connectionWindow = bounded(connectionWindow + bytes);
    } else if (stream == Frames.STREAM) {
      streamWindow = bounded(streamWindow + bytes);
    }
  }

  private static long bounded(long window) throws ProtocolException {
    if (window > Integer.MAX_VALUE) {
      throw new ProtocolException("a window grows beyond 2^31 - 1 bytes");
    }
    return window;
  }

  /** The peer's settings. */
  void settle(int setting, int value) throws ProtocolException {
    if (setting == Frames.INITIAL_WINDOW_SIZE) {
      if (value < 0) {
        throw new ProtocolException("an initial window beyond 2^31 - 1 bytes");
      }
      streamWindow = bounded(streamWindow + value - initialWindow);
      initialWindow = value;
    } else if (setting == Frames.MAX_FRAME_SIZE) {
      if (value < Frames.DEFAULT_FRAME || value > Frames.LARGEST_FRAME) {
        throw new ProtocolException("a largest frame of " + value + " bytes");
      }
      largestFrame = value;
    }
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** Nothing more will be sent. */
  void abandon() {
    for (Pending next = queue.poll(); next != null; next = queue.poll()) {
      next.body.release();
    }
  }
}
