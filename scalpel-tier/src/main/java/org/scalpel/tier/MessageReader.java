package org.scalpel.tier;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one inference message while its bytes arrive, in pieces of any size: a tensor goes straight
 * into direct memory of the pool, everything else is collected as it came and handed to the
 * generated parser at the end.
 *
 * <p>What is wrong in a message is kept as its problem and the rest of it is passed over, so that
 * whoever speaks for the tier can refuse it by name and the next message is read as ever.
 */
final class MessageReader<H extends MessageLite> {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final int DELIMITED = 2;

  /**
   * What to look for.
   *
   * @param rawField the repeated field with the raw contents
   * @param nestedField the field one level down which has them; 0 when they are on the first level
   */
  record Form<H extends MessageLite>(H empty, Parser<H> parser, int rawField, int nestedField) {}

  /** What the number is that is being read. */
  private enum Step {
    TAG,
    VALUE,
    LENGTH
  }

  private final Form<H> form;
  private final int size;
  private final List<ByteBuffer> raw = new ArrayList<>();
  private final ByteArrayOutputStream header = new ByteArrayOutputStream(256);
  private @Nullable ByteArrayOutputStream nested;
  private @Nullable ByteBuffer tensor;
  private String problem = "";
  private Step step = Step.TAG;
  private long number;
  private int shift;
  private int tag;
  private int copying;
  private int nestedEnd;
  private int position;

  /** A message of so many bytes. */
  MessageReader(Form<H> form, int size) {
    this.form = form;
    this.size = size;
  }

  /** Bytes that are still to come. */
  int left() {
    return size - position;
  }

  /** The free rest of the tensor that is being read: its bytes may be put there directly. */
  ByteBuffer wanted() {
    return tensor == null ? NOTHING : tensor;
  }

  /** So many bytes were put into {@link #wanted}. */
  void landed(int bytes) {
    wanted().position(wanted().position() + bytes);
    try {
      filled(bytes);
    } catch (InvalidProtocolBufferException e) {
      spoilt(e.getMessage());
    }
  }

  /** Takes all of the piece, which has at most {@link #left} bytes. */
  void feed(ByteBuffer in) {
    while (in.hasRemaining()) {
      if (!problem.isEmpty()) {
        position += in.remaining();
        in.position(in.limit());
        return;
      }
      try {
        advance(in);
      } catch (InvalidProtocolBufferException e) {
        spoilt(e.getMessage());
      }
    }
  }

  /** The message, malformed if it was, or if not all of it came. */
  InferMessage<H> message() {
    boolean open = tensor != null || nested != null || copying > 0 || shift > 0;
    if (problem.isEmpty() && (left() > 0 || open || step != Step.TAG)) {
      spoilt("the message ends inside a field");
    }
    if (problem.isEmpty()) {
      try {
        return InferMessage.pooled(form.parser.parseFrom(header.toByteArray()), raw);
      } catch (InvalidProtocolBufferException e) {
        spoilt(e.getMessage());
      }
    }
    return InferMessage.malformed(form.empty, "malformed inference message: " + problem);
  }

  /** The rest will never come. */
  void abandon() {
    spoilt("it broke off");
  }

  private void spoilt(@Nullable String why) {
    problem = String.valueOf(why);
    raw.forEach(BufferPool.SHARED::give);
    raw.clear();
    if (tensor != null) {
      BufferPool.SHARED.give(tensor);
      tensor = null;
    }
  }

  private void advance(ByteBuffer in) throws InvalidProtocolBufferException {
    ByteBuffer target = tensor;
    if (target != null) {
      int count = Math.min(in.remaining(), target.remaining());
      target.put(in.slice(in.position(), count));
      in.position(in.position() + count);
      filled(count);
    } else if (copying > 0) {
      byte[] bytes = new byte[Math.min(in.remaining(), copying)];
      in.get(bytes);
      out().writeBytes(bytes);
      copying -= bytes.length;
      position += bytes.length;
      fieldDone();
    } else {
      digit(in.get());
    }
  }

  private void filled(int bytes) throws InvalidProtocolBufferException {
    position += bytes;
    ByteBuffer full = tensor;
    if (full != null && !full.hasRemaining()) {
      raw.add(full.flip());
      tensor = null;
      fieldDone();
    }
  }

  private void digit(byte part) throws InvalidProtocolBufferException {
    position++;
    if (shift > 63) {
      throw new InvalidProtocolBufferException("a number has more than ten bytes");
    }
    number |= (long) (part & 0x7F) << shift;
    shift += 7;
    if (part >= 0) {
      long whole = number;
      number = 0;
      shift = 0;
      if (position > end()) {
        throw new InvalidProtocolBufferException("a field reaches beyond its message");
      }
      read(whole);
    }
  }

  private void read(long value) throws InvalidProtocolBufferException {
    if (step == Step.VALUE) {
      step = Step.TAG;
      writeVarint(out(), tag);
      writeVarint(out(), value);
      fieldDone();
    } else if (value < 0 || value > 0xFFFF_FFFFL) {
      throw new InvalidProtocolBufferException("a tag or length is too large");
    } else if (step == Step.LENGTH) {
      step = Step.TAG;
      contents(value);
    } else {
      tag = (int) value;
      switch (tag & 7) {
        case 0 -> step = Step.VALUE;
        case 1 -> copy(8);
        case DELIMITED -> step = Step.LENGTH;
        case 5 -> copy(4);
        default ->
            throw new InvalidProtocolBufferException(
                "wire type " + (tag & 7) + " is not supported");
      }
    }
  }

  /** A length that does not reach beyond its message: checked before anything is allocated. */
  private void contents(long length) throws InvalidProtocolBufferException {
    if (length > end() - position) {
      throw new InvalidProtocolBufferException(
          "a field of " + length + " bytes reaches beyond its message");
    }
    int bytes = (int) length;
    int field = tag >>> 3;
    boolean holdsRaw = form.nestedField == 0 || nested != null;
    if (holdsRaw && field == form.rawField) {
      tensor = BufferPool.SHARED.take(bytes);
      filled(0);
    } else if (!holdsRaw && field == form.nestedField) {
      nested = new ByteArrayOutputStream(256);
      nestedEnd = position + bytes;
      fieldDone();
    } else {
      writeVarint(out(), tag);
      writeVarint(out(), length);
      copying = bytes;
      fieldDone();
    }
  }

  private void copy(int bytes) throws InvalidProtocolBufferException {
    if (bytes > end() - position) {
      throw new InvalidProtocolBufferException("a field reaches beyond its message");
    }
    writeVarint(out(), tag);
    copying = bytes;
  }

  private void fieldDone() {
    ByteArrayOutputStream inner = nested;
    if (inner != null && copying == 0 && position == nestedEnd) {
      nested = null;
      writeVarint(header, form.nestedField << 3 | DELIMITED);
      writeVarint(header, inner.size());
      header.writeBytes(inner.toByteArray());
    }
  }

  private int end() {
    return nested == null ? size : nestedEnd;
  }

  private ByteArrayOutputStream out() {
    return nested == null ? header : nested;
  }

  static void writeVarint(ByteArrayOutputStream out, int value) {
    writeVarint(out, Integer.toUnsignedLong(value));
  }

  private static void writeVarint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
