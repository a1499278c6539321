package org.scalpel.tier;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.grpc.MethodDescriptor;
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
 * Reads and writes the inference messages without passing tensors through protobuf's byte strings:
 * one copy from the wire into direct memory, one copy from direct memory to the wire.
 *
 * <p>The wire format is exactly protobuf's. Everything but the raw contents is collected as it is
 * and handed to the generated parser, so field order, unknown fields and repeated parts behave as
 * with any other implementation.
 *
 * <pre>
 * plain    raw field: tag, length, bytes | every other field → header
 * stream   infer_response (field 2): the same one level down | error_message → header
 * </pre>
 */
final class InferMarshaller<H extends MessageLite>
    implements MethodDescriptor.Marshaller<InferMessage<H>> {
  private static final int LENGTH_DELIMITED = 2;

  private final Parser<H> parser;
  private final H empty;
  private final int rawField;
  private final int nestedField;
  private final int limit;

  private InferMarshaller(H empty, Parser<H> parser, int rawField, int nestedField, int limit) {
    this.empty = empty;
    this.parser = parser;
    this.rawField = rawField;
    this.nestedField = nestedField;
    this.limit = limit;
  }

  static InferMarshaller<ModelInferRequest> requests(int limit) {
    int raw = ModelInferRequest.RAW_INPUT_CONTENTS_FIELD_NUMBER;
    return new InferMarshaller<>(
        ModelInferRequest.getDefaultInstance(), ModelInferRequest.parser(), raw, 0, limit);
  }

  static InferMarshaller<ModelInferResponse> responses(int limit) {
    int raw = ModelInferResponse.RAW_OUTPUT_CONTENTS_FIELD_NUMBER;
    return new InferMarshaller<>(
        ModelInferResponse.getDefaultInstance(), ModelInferResponse.parser(), raw, 0, limit);
  }

  static InferMarshaller<ModelStreamInferResponse> streamed(int limit) {
    int raw = ModelInferResponse.RAW_OUTPUT_CONTENTS_FIELD_NUMBER;
    int nested = ModelStreamInferResponse.INFER_RESPONSE_FIELD_NUMBER;
    return new InferMarshaller<>(
        ModelStreamInferResponse.getDefaultInstance(),
        ModelStreamInferResponse.parser(),
        raw,
        nested,
        limit);
  }

  // Writing.

  @Override
  public InputStream stream(InferMessage<H> message) {
    return new WireStream(head(message), message.raw(), rawField);
  }

  /** The bytes before the raw contents; an answer on a stream is opened with its whole length. */
  private byte[] head(InferMessage<H> message) {
    if (!(message.header() instanceof ModelStreamInferResponse streamed)
        || message.raw().isEmpty()) {
      return message.header().toByteArray();
    }
    byte[] around = streamed.toBuilder().clearInferResponse().build().toByteArray();
    byte[] inner = streamed.getInferResponse().toByteArray();
    long length = inner.length;
    for (ByteBuffer buffer : message.raw()) {
      length += WireStream.rawSize(rawField, buffer);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(around.length + inner.length + 16);
    out.writeBytes(around);
    WireReader.writeVarint32(out, nestedField << 3 | LENGTH_DELIMITED);
    WireReader.writeVarint32(out, Math.toIntExact(length));
    out.writeBytes(inner);
    return out.toByteArray();
  }

  // Reading.

  @Override
  public InferMessage<H> parse(InputStream given) {
    List<ByteBuffer> raw = new ArrayList<>();
    try {
      InputStream stream = WireReader.measured(given, limit);
      int size = stream.available();
      if (size > limit) {
        throw new InvalidProtocolBufferException(
            "message of " + size + " bytes; expected at most " + limit);
      }
      WireReader in = new WireReader(stream, size);
      ByteArrayOutputStream header = new ByteArrayOutputStream(256);
      readFields(in, size, nestedField == 0, header, raw);
      return InferMessage.pooled(parser.parseFrom(header.toByteArray()), raw);
    } catch (IOException e) {
      raw.forEach(BufferPool.SHARED::give);
      return InferMessage.malformed(empty, "malformed inference message: " + e.getMessage());
    }
  }

  private void readFields(
      WireReader in, int end, boolean holdsRaw, ByteArrayOutputStream header, List<ByteBuffer> raw)
      throws IOException {
    while (in.position() < end) {
      int tag = in.readVarint32();
      int field = tag >>> 3;
      boolean delimited = (tag & 7) == LENGTH_DELIMITED;
      if (delimited && holdsRaw && field == rawField) {
        raw.add(in.readDirect(in.readLength(end)));
      } else if (delimited && !holdsRaw && field == nestedField) {
        int length = in.readLength(end);
        ByteArrayOutputStream nested = new ByteArrayOutputStream(256);
        readFields(in, in.position() + length, true, nested, raw);
        WireReader.writeVarint32(header, tag);
        WireReader.writeVarint32(header, nested.size());
        nested.writeTo(header);
      } else {
        WireReader.writeVarint32(header, tag);
        in.copyField(tag, end, header);
      }
    }
    if (in.position() != end) {
      throw new InvalidProtocolBufferException("a field reaches beyond its message");
    }
  }
}
