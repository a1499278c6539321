package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.scalpel.oip.ModelInferRequest;

/** Only what comes within a message says what a link carries. */
class MessageTimerTest {
  private static final ByteBufAllocator MEMORY = ByteBufAllocator.DEFAULT;

  private final List<ModelInferRequest> got = new ArrayList<>();
  private final Intake intake = new Intake();
  private final MessageTimer timer = new MessageTimer(intake);
  private final FrameReader<ModelInferRequest> reader =
      new FrameReader<>(
          InferMarshaller.requests(1 << 20),
          new FrameReader.Sink<>() {
            @Override
            public void control(int type, int flags, int stream, ByteBuf payload) {}

            @Override
            public void message(InferMessage<ModelInferRequest> message) {
              timer.message();
              got.add(message.header());
            }

            @Override
            public void taken(int bytes) {}

            @Override
            public void halfClosed() {}
          });

  /** As a lane does. */
  private void read(ByteBuf bytes) throws ProtocolException {
    timer.bytes(bytes.readableBytes());
    reader.read(bytes);
    timer.within(reader.isInside());
  }

  private static ByteBuf request(String id) {
    byte[] content =
        ModelInferRequest.newBuilder().setModelName("m").setId(id).build().toByteArray();
    return Frames.header(MEMORY, 5 + content.length, Frames.DATA, 0, Frames.STREAM)
        .writeByte(0)
        .writeInt(content.length)
        .writeBytes(content);
  }

  @Test
  void whatLiesBetweenMessagesIsNotTheLinksTime() throws Exception {
    read(Frames.windowUpdate(MEMORY, Frames.STREAM, 70_000));
    read(request("one"));
    read(Frames.ping(MEMORY, 0, 7));
    read(request("two"));
    assertThat(got).extracting(ModelInferRequest::getId).containsExactly("one", "two");
    assertThat(intake.totals()).isEqualTo(Intake.Totals.ZERO);
  }

  @Test
  void whatFollowsTheFirstBytesOfAMessageIs() throws Exception {
    ByteBuf whole = request("a message that comes in two parts");
    int half = whole.readableBytes() / 2;
    read(whole.readRetainedSlice(half));
    assertThat(intake.totals().bytes()).isZero();
    read(Unpooled.wrappedBuffer(whole));
    assertThat(intake.totals().bytes()).isGreaterThanOrEqualTo(half);
    assertThat(intake.totals().nanos()).isPositive();
    assertThat(got).hasSize(1);
  }
}
