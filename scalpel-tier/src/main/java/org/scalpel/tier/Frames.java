package org.scalpel.tier;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** The few frames of HTTP/2 (RFC 9113) that a {@link Lane} needs, byte by byte. */
final class Frames {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;
  static final int PADDED = 8;
  static final int PRIORITY = 32;

  static final int ENABLE_PUSH = 2;
  static final int MAX_CONCURRENT_STREAMS = 3;
  static final int INITIAL_WINDOW_SIZE = 4;
  static final int MAX_FRAME_SIZE = 5;

  /**
   * A setting of our own, which every other server passes over: the connection carries one stream
   * of inferences and nothing else.
   */
  static final int LANE = 0xF5CA;

  static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  static final int HEADER_BYTES = 9;
  static final int SETTING_BYTES = 6;
  static final int DEFAULT_WINDOW = 65_535;
  static final int DEFAULT_FRAME = 16_384;
  static final int LARGEST_FRAME = (1 << 24) - 1;

  private static final int MOST_LAST_WORDS = 200;

  /** The only stream of a lane. */
  static final int STREAM = 1;

  private static final int SHORT = 127;

  private Frames() {}

  static ByteBuf header(ByteBufAllocator memory, int length, int type, int flags, int stream) {
    ByteBuf frame = memory.directBuffer(HEADER_BYTES + Math.min(length, 256));
    header(frame, length, type, flags, stream);
    return frame;
  }

  /** The same, into a buffer that has room for it. */
  static void header(ByteBuf frame, int length, int type, int flags, int stream) {
    frame.writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
  }

  /** Settings as pairs of identifier and value. */
  static ByteBuf settings(ByteBufAllocator memory, int... pairs) {
    ByteBuf frame = header(memory, pairs.length / 2 * SETTING_BYTES, SETTINGS, 0, 0);
    for (int i = 0; i < pairs.length; i += 2) {
      frame.writeShort(pairs[i]).writeInt(pairs[i + 1]);
    }
    return frame;
  }

  static ByteBuf windowUpdate(ByteBufAllocator memory, int stream, int bytes) {
    return header(memory, 4, WINDOW_UPDATE, 0, stream).writeInt(bytes);
  }

  static ByteBuf reset(ByteBufAllocator memory, int stream, int code) {
    return header(memory, 4, RST_STREAM, 0, stream).writeInt(code);
  }

  static ByteBuf ping(ByteBufAllocator memory, int flags, long content) {
    return header(memory, 8, PING, flags, 0).writeLong(content);
  }

  static ByteBuf goAway(ByteBufAllocator memory, int code) {
    return header(memory, 8, GOAWAY, 0, 0).writeInt(STREAM).writeInt(code);
  }

  /** The last word to a peer of which nothing was taken. */
  static ByteBuf goAway(ByteBufAllocator memory, int code, String why) {
    byte[] text = why.getBytes(StandardCharsets.US_ASCII);
    return header(memory, 8 + text.length, GOAWAY, 0, 0)
        .writeInt(0)
        .writeInt(code)
        .writeBytes(text);
  }

  /** Header fields as pairs of name and value, none of them compressed. */
  static ByteBuf headers(ByteBufAllocator memory, int flags, String... pairs) {
    ByteBuf block = memory.directBuffer(256);
    for (int i = 0; i < pairs.length; i += 2) {
      block.writeByte(0);
      text(block, pairs[i]);
      text(block, pairs[i + 1]);
    }
    ByteBuf frame =
        header(memory, block.readableBytes(), HEADERS, flags | END_HEADERS, STREAM)
            .writeBytes(block);
    block.release();
    return frame;
  }

  /** Why a peer takes no calls, where the rest of its GOAWAY says so. */
  static String lastWords(ByteBuf payload) {
    if (payload.readableBytes() <= Integer.BYTES) {
      return "";
    }
    payload.skipBytes(Integer.BYTES);
    String text =
        payload.toString(
            payload.readerIndex(),
            Math.min(payload.readableBytes(), MOST_LAST_WORDS),
            StandardCharsets.US_ASCII);
    return ": " + text.replaceAll("[^ -~]", "?");
  }

  /** A literal of HPACK (RFC 7541, 5.2). */
  private static void text(ByteBuf block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    if (bytes.length < SHORT) {
      block.writeByte(bytes.length);
    } else {
      block.writeByte(SHORT);
      int rest = bytes.length - SHORT;
      for (; rest >= 128; rest >>>= 7) {
        block.writeByte((rest & 0x7F) | 0x80);
      }
      block.writeByte(rest);
    }
    block.writeBytes(bytes);
  }
}
