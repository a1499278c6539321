package org.scalpel.tier;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import io.grpc.HasByteBuffer;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelInferResponse;
import org.scalpel.oip.ModelStreamInferResponse;

/**
 * Writes and reads the inference messages without passing tensors through protobuf's byte strings.
 *
 * <p>The wire format is exactly protobuf's: field order, unknown fields and repeated parts behave
 * as with any other implementation.
 *
 * <pre>
 * plain    raw field: tag, length, bytes | every other field → header
 * stream   infer_response (field 2): the same one level down | error_message → header
 * </pre>
 */
final class InferMarshaller<H extends MessageLite>
    implements MethodDescriptor.Marshaller<InferMessage<H>> {
  private static final int DELIMITED = 2;
  private static final int SCRATCH = 16 * 1024;
  private static final byte[] NOTHING = {};

  private final MessageReader.Form<H> form;
  private final int limit;

  private InferMarshaller(MessageReader.Form<H> form, int limit) {
    this.form = form;
    this.limit = limit;
  }

  static InferMarshaller<ModelInferRequest> requests(int limit) {
    return new InferMarshaller<>(
        new MessageReader.Form<>(
            ModelInferRequest.getDefaultInstance(),
            ModelInferRequest.parser(),
            ModelInferRequest.RAW_INPUT_CONTENTS_FIELD_NUMBER,
            0),
        limit);
  }

  static InferMarshaller<ModelInferResponse> responses(int limit) {
    return new InferMarshaller<>(
        new MessageReader.Form<>(
            ModelInferResponse.getDefaultInstance(),
            ModelInferResponse.parser(),
            ModelInferResponse.RAW_OUTPUT_CONTENTS_FIELD_NUMBER,
            0),
        limit);
  }

  static InferMarshaller<ModelStreamInferResponse> streamed(int limit) {
    return new InferMarshaller<>(
        new MessageReader.Form<>(
            ModelStreamInferResponse.getDefaultInstance(),
            ModelStreamInferResponse.parser(),
            ModelInferResponse.RAW_OUTPUT_CONTENTS_FIELD_NUMBER,
            ModelStreamInferResponse.INFER_RESPONSE_FIELD_NUMBER),
        limit);
  }

  /** The largest message that is read. */
  int limit() {
    return limit;
  }

  // Writing.

  @Override
  public InputStream stream(InferMessage<H> message) {
    return new WireStream(parts(message));
  }

  /** The message in pieces; those with tensors are the message's own buffers. */
  List<ByteBuffer> parts(InferMessage<H> message) {
    List<ByteBuffer> parts = new ArrayList<>(1 + 2 * message.raw().size());
    parts.add(ByteBuffer.wrap(head(message)));
    for (ByteBuffer data : message.raw()) {
      ByteArrayOutputStream prefix = new ByteArrayOutputStream(16);
      MessageReader.writeVarint(prefix, form.rawField() << 3 | DELIMITED);
      MessageReader.writeVarint(prefix, data.remaining());
      parts.add(ByteBuffer.wrap(prefix.toByteArray()));
      parts.add(data.duplicate());
    }
    return parts;
  }

  /** The bytes before the raw contents; an answer on a stream is opened with its whole length. */
  private byte[] head(InferMessage<H> message) {
    if (!(message.header() instanceof ModelStreamInferResponse streamed)
        || message.raw().isEmpty()) {
      return message.header().toByteArray();
    }
    byte[] around =
        streamed.getErrorMessage().isEmpty()
            ? NOTHING
            : streamed.toBuilder().clearInferResponse().build().toByteArray();
    byte[] inner = streamed.getInferResponse().toByteArray();
    long length = inner.length;
    for (ByteBuffer buffer : message.raw()) {
      length += rawSize(buffer);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(around.length + inner.length + 16);
    out.writeBytes(around);
    MessageReader.writeVarint(out, form.nestedField() << 3 | DELIMITED);
    MessageReader.writeVarint(out, Math.toIntExact(length));
    out.writeBytes(inner);
    return out.toByteArray();
  }

  private long rawSize(ByteBuffer data) {
    int bytes = data.remaining();
    return (long) CodedOutputStream.computeTagSize(form.rawField())
        + CodedOutputStream.computeUInt32SizeNoTag(bytes)
        + bytes;
  }

  // Reading.

  /** Reads a message of so many bytes as they arrive. */
  MessageReader<H> reader(int size) {
    return new MessageReader<>(form, size);
  }

  /** Reads a message that has arrived, where possible straight from gRPC's buffers. */
  @Override
  public InferMessage<H> parse(InputStream given) {
    MessageReader<H> reader = null;
    try {
      InputStream stream = measured(given);
      int size = stream.available();
      if (size > limit) {
        String why = "message of " + size + " bytes; expected at most " + limit;
        return InferMessage.malformed(form.empty(), "malformed inference message: " + why);
      }
      reader = reader(size);
      byte[] scratch = new byte[Math.min(SCRATCH, size)];
      boolean more = true;
      while (more && reader.left() > 0) {
        more = moveBuffer(stream, reader) || moveBytes(stream, reader, scratch);
      }
      return reader.message();
    } catch (IOException e) {
      if (reader != null) {
        reader.abandon();
      }
      return InferMessage.malformed(form.empty(), "malformed inference message: " + e.getMessage());
    }
  }

  /** A stream that knows its length: one that is being decompressed does not. */
  private InputStream measured(InputStream in) throws IOException {
    if (in instanceof KnownLength) {
      return in;
    }
    try {
      return new ByteArrayInputStream(in.readNBytes((int) Math.min(1L << 30, limit + 1L)));
    } catch (StatusRuntimeException tooLarge) {
      throw new IOException(tooLarge.getStatus().getDescription(), tooLarge);
    }
  }

  private static boolean moveBuffer(InputStream in, MessageReader<?> reader) throws IOException {
    ByteBuffer chunk =
        in instanceof HasByteBuffer has && has.byteBufferSupported() ? has.getByteBuffer() : null;
    if (chunk == null || !chunk.hasRemaining()) {
      return false;
    }
    int count = Math.min(chunk.remaining(), reader.left());
    reader.feed(chunk.slice(chunk.position(), count));
    in.skipNBytes(count);
    return true;
  }

  private static boolean moveBytes(InputStream in, MessageReader<?> reader, byte[] scratch)
      throws IOException {
    int count = in.read(scratch, 0, Math.min(scratch.length, reader.left()));
    if (count > 0) {
      reader.feed(ByteBuffer.wrap(scratch, 0, count));
    }
    return count > 0;
  }
}
