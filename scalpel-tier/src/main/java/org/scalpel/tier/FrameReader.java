package org.scalpel.tier;

import com.google.protobuf.MessageLite;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the bytes of a {@link Lane} apart: frames of HTTP/2, in them messages of gRPC, in them
 * tensors. Says into which memory the next bytes belong, so that the socket can be read there.
 */
final class FrameReader<H extends MessageLite> {
  private static final int PREFIX_BYTES = 5;
  private static final int LARGEST_CONTROL = 16 * 1024;
  // Less is read with what follows it; a call of the system costs more than the copy.
  private static final int WORTH_DIRECT = 16 * 1024;

  /** Who is told what was read. */
  interface Sink<H extends MessageLite> {
    /** A whole frame other than data. */
    void control(int type, int flags, int stream, ByteBuf payload) throws ProtocolException;

    /** A whole message. */
    void message(InferMessage<H> message);

    /** So many bytes of data frames were taken. */
    void taken(int bytes);

    /** The peer will send no more. */
    void halfClosed();
  }

  private final InferMarshaller<H> marshaller;
  private final Sink<H> sink;
  private final ByteBuf head = Unpooled.buffer(Frames.HEADER_BYTES);
  private final ByteBuf prefix = Unpooled.buffer(PREFIX_BYTES);
  private @Nullable MessageReader<H> message;
  private @Nullable ByteBuf control;
  private boolean inFrame;
  private int type;
  private int flags;
  private int stream;
  private int left;
  private int padding;
  private boolean paddingKnown;

  FrameReader(InferMarshaller<H> marshaller, Sink<H> sink) {
    this.marshaller = marshaller;
    this.sink = sink;
  }

  /** Where the next bytes of the socket belong, if they are many of one tensor; else empty. */
  ByteBuffer wanted() {
    MessageReader<H> current = message;
    if (current == null || !inFrame || type != Frames.DATA || !paddingKnown) {
      return EMPTY;
    }
    ByteBuffer tensor = current.wanted();
    int bytes = Math.min(tensor.remaining(), left - padding);
    return bytes < WORTH_DIRECT ? EMPTY : tensor.slice(tensor.position(), bytes);
  }

  private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

  /** Whether a message has begun and not ended. */
  boolean isInside() {
    return message != null;
  }

  /** So many bytes were read into {@link #wanted}. */
  void landed(int bytes) throws ProtocolException {
    MessageReader<H> current = message;
    if (current != null) {
      current.landed(bytes);
      left -= bytes;
      sink.taken(bytes);
      messageDone(current);
      frameDone();
    }
  }

  void read(ByteBuf in) throws ProtocolException {
    while (in.isReadable()) {
      if (!inFrame) {
        in.readBytes(head, Math.min(in.readableBytes(), head.writableBytes()));
        if (!head.isWritable()) {
          open();
        }
      } else if (type == Frames.DATA) {
        data(in);
      } else {
        whole(in);
      }
    }
  }

  private void open() throws ProtocolException {
    left = head.readUnsignedMedium();
    type = head.readUnsignedByte();
    flags = head.readUnsignedByte();
    stream = head.readInt() & Integer.MAX_VALUE;
    head.clear();
    inFrame = true;
    padding = 0;
    paddingKnown = type != Frames.DATA || (flags & Frames.PADDED) == 0;
    if (type == Frames.DATA && stream != Frames.STREAM) {
      throw new ProtocolException("data on stream " + stream + "; a lane has stream 1 only");
    }
    if (type != Frames.DATA) {
      if (left > LARGEST_CONTROL) {
        throw new ProtocolException("a frame of type " + type + " has " + left + " bytes");
      }
      control = Unpooled.buffer(left);
    }
    frameDone();
  }

  private void whole(ByteBuf in) throws ProtocolException {
    ByteBuf payload = control;
    if (payload != null) {
      int count = Math.min(in.readableBytes(), left);
      in.readBytes(payload, count);
      left -= count;
    }
    frameDone();
  }

  private void data(ByteBuf in) throws ProtocolException {
    if (!paddingKnown) {
      padding = in.readUnsignedByte();
      paddingKnown = true;
      left--;
      sink.taken(1);
      if (padding > left) {
        throw new ProtocolException("a data frame is padded beyond its end");
      }
    }
    int count = Math.min(in.readableBytes(), left - padding);
    if (count > 0) {
      body(in.readSlice(count));
    } else {
      count = Math.min(in.readableBytes(), left);
      in.skipBytes(count);
    }
    left -= count;
    sink.taken(count);
    frameDone();
  }

  private void frameDone() throws ProtocolException {
    if (left > 0) {
      return;
    }
    inFrame = false;
    ByteBuf payload = control;
    control = null;
    if (payload != null) {
      sink.control(type, flags, stream, payload);
    } else if ((flags & Frames.END_STREAM) != 0) {
      sink.halfClosed();
    }
  }

  private void body(ByteBuf in) throws ProtocolException {
    while (in.isReadable()) {
      MessageReader<H> current = message;
      if (current == null) {
        in.readBytes(prefix, Math.min(in.readableBytes(), prefix.writableBytes()));
        if (!prefix.isWritable()) {
          begin();
        }
      } else {
        int count = Math.min(in.readableBytes(), current.left());
        current.feed(in.nioBuffer(in.readerIndex(), count));
        in.skipBytes(count);
        messageDone(current);
      }
    }
  }

  private void begin() throws ProtocolException {
    int compressed = prefix.readUnsignedByte();
    long length = prefix.readUnsignedInt();
    prefix.clear();
    if (compressed != 0) {
      throw new ProtocolException("a message is compressed, which was not agreed upon");
    }
    if (length > marshaller.limit()) {
      throw new ProtocolException(
          "a message of " + length + " bytes; expected at most " + marshaller.limit());
    }
    message = marshaller.reader((int) length);
    messageDone(message);
  }

  private void messageDone(MessageReader<H> current) {
    if (current.left() == 0) {
      message = null;
      sink.message(current.message());
    }
  }

  /** Nothing more will come. */
  void abandon() {
    if (message != null) {
      message.abandon();
      message = null;
    }
  }
}
