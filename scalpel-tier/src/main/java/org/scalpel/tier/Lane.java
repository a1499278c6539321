package org.scalpel.tier;

import com.google.protobuf.MessageLite;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelDuplexHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2HeadersDecoder;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection that carries one {@code ModelStreamInfer} call and nothing else: the hot
 * path between tiers. It speaks ordinary gRPC over HTTP/2, so the client's end works with any
 * server of the protocol; only the handling is our own, for what gRPC's does not offer: tensors go
 * from where they lie to the socket and from the socket to where they will be used, without a copy
 * and in frames of any size, and a request that is short to answer is answered on the thread that
 * read it.
 *
 * <p>Everything but {@link #send} happens on the lane's thread.
 *
 * @param <I> header of the messages that come
 * @param <O> header of the messages that go
 */
abstract class Lane<I extends MessageLite, O extends MessageLite> extends ChannelDuplexHandler
    implements FrameReader.Sink<I> {
  /** What the peer may send before we have taken it. */
  static final int WINDOW = 64 << 20;

  private static final int LARGEST_HEADERS = 16 * 1024;
  private static final int PROTOCOL_ERROR = 1;
  private static final int REFUSED_STREAM = 7;
  // Lets go of peers that vanished; late enough for a ping behind a large tensor.
  private static final long PULSE_S = 30;
  private static final long QUIET_NS = TimeUnit.SECONDS.toNanos(60);
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(300);

  private final EventLoop loop;
  private final LaneReads reads;
  private final InferMarshaller<O> outgoing;
  private final FrameReader<I> in;
  private final FrameWriter out = new FrameWriter();
  private final Outbox others;
  private final Gathering answers = new Gathering();
  private final Http2HeadersDecoder hpack = new DefaultHttp2HeadersDecoder(false, LARGEST_HEADERS);
  private @Nullable ChannelHandlerContext context;
  private @Nullable ByteBuf headerBlock;
  private @Nullable ScheduledFuture<?> pulse;
  private MessageTimer timer = new MessageTimer(new Intake());
  private boolean begun;
  private boolean ended;
  private boolean pinged;
  private long pingedAt;
  private long lastRead;
  private long lastSent;
  private int owed;

  Lane(EventLoop loop, LaneReads reads, InferMarshaller<I> incoming, InferMarshaller<O> outgoing) {
    this.loop = loop;
    this.reads = reads;
    this.outgoing = outgoing;
    this.in = new FrameReader<>(incoming, this);
    this.others = new Outbox(loop, this::enqueue, this::drain);
  }

  // For the two ends.

  /** The first bytes of this end, up to its settings. */
  abstract void greet(ChannelHandlerContext ctx);

  /** Headers or trailers came. */
  abstract void headers(Http2Headers fields, boolean last);

  /** Nothing more comes or goes; called once. */
  abstract void over(Status status);

  /** How messages come in is told to this timer. */
  final void time(MessageTimer told) {
    timer = told;
  }

  /** Bytes came. */
  void heard() {}

  /** Whether the peer may send more; what is refused now is granted by {@link #grant}. */
  boolean roomForMore() {
    return true;
  }

  /** Whether what it sends while it reads may wait for the end of what came together. */
  boolean gathers() {
    return false;
  }

  boolean isOver() {
    return ended;
  }

  EventLoop loop() {
    return loop;
  }

  /**
   * Sends a message, from any thread. {@code sent} runs on the lane's thread when the socket has
   * taken it; until then its buffers must not change. If the lane ends before, it never runs.
   */
  void send(InferMessage<O> message, Runnable sent) {
    ByteBuf body = FrameWriter.body(ByteBufAllocator.DEFAULT, outgoing.parts(message));
    if (loop.inEventLoop()) {
      enqueue(body, sent);
      if (!answers.gather(body.readableBytes())) {
        drain();
      }
      return;
    }
    others.hand(body, sent);
  }

  private void enqueue(ByteBuf body, Runnable sent) {
    if (ended) {
      body.release();
    } else {
      out.add(body, sent);
    }
  }

  private void drain() {
    ChannelHandlerContext ctx = context;
    if (ctx != null && begun) {
      lastSent = System.nanoTime();
      out.drain(ctx);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // failures come to the channel's own handlers
  void write(ByteBuf frame) {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      frame.release();
    } else {
      var unused = ctx.write(frame, ctx.voidPromise());
    }
  }

  /** Ends the lane at once. */
  @SuppressWarnings("FutureReturnValueIgnored") // failures come to the channel's own handlers
  void end(Status status) {
    if (ended) {
      return;
    }
    ended = true;
    in.abandon();
    out.abandon();
    if (pulse != null) {
      pulse.cancel(false);
    }
    over(status);
    if (context != null) {
      var unused = context.close();
    }
  }

  // Coming and going.

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // failures come to the channel's own handlers
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    if (ended) {
      var unused = ctx.close();
    } else if (ctx.channel().isActive()) {
      begin(ctx);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    begin(ctx);
  }

  private void begin(ChannelHandlerContext ctx) {
    if (begun || ended) {
      return;
    }
    begun = true;
    lastRead = System.nanoTime();
    reads.follow(in::wanted);
    greet(ctx);
    write(Frames.windowUpdate(ctx.alloc(), 0, WINDOW - Frames.DEFAULT_WINDOW));
    ctx.flush();
    pulse = loop.scheduleAtFixedRate(this::pulse, PULSE_S, PULSE_S, TimeUnit.SECONDS);
    drain();
  }

  /** A quiet peer is asked whether it is there. */
  @SuppressWarnings("FutureReturnValueIgnored") // failures come to the channel's own handlers
  private void pulse() {
    ChannelHandlerContext ctx = context;
    long now = System.nanoTime();
    if (pinged && now - pingedAt > PATIENCE_NS) {
      end(Status.UNAVAILABLE.withDescription("it gives no sign of life"));
    } else if (!pinged && ctx != null && now - Math.max(lastRead, lastSent) > QUIET_NS) {
      pinged = true;
      pingedAt = now;
      var unused = ctx.writeAndFlush(Frames.ping(ctx.alloc(), 0, now), ctx.voidPromise());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    try {
      if (!ended) {
        lastRead = System.nanoTime();
        pinged = false;
        heard();
        if (gathers()) {
          answers.begin(lastRead);
        }
        timer.bytes(bytes.readableBytes());
        if (reads.gave(bytes)) {
          in.landed(bytes.readableBytes());
        } else {
          in.read(bytes);
        }
        timer.within(in.isInside());
      }
    } catch (ProtocolException e) {
      violated(String.valueOf(e.getMessage()));
    } finally {
      bytes.release();
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // failures come to the channel's own handlers
  private void violated(String why) {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      var unused = ctx.writeAndFlush(Frames.goAway(ctx.alloc(), PROTOCOL_ERROR), ctx.voidPromise());
    }
    end(Status.INTERNAL.withDescription("broken protocol: " + why));
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    answers.end();
    drain();
    ctx.flush();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end(Status.UNAVAILABLE.withDescription("the connection was closed"));
  }

  @Override
  @SuppressWarnings("deprecation") // as its parent's
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable fault) {
    boolean connection = fault instanceof IOException || TlsTrouble.isOne(fault);
    Status status = connection ? Status.UNAVAILABLE : Status.INTERNAL;
    end(status.withDescription(String.valueOf(fault.getMessage())).withCause(fault));
  }

  // Frames.

  /** A whole message came. */
  abstract void took(InferMessage<I> message);

  @Override
  public void message(InferMessage<I> message) {
    timer.message();
    took(message);
  }

  @Override
  public void taken(int bytes) {
    owed += bytes;
    if (owed >= WINDOW / 4) {
      grant();
    }
  }

  /** Lets the peer send as much again as was taken, if there is room. */
  void grant() {
    ChannelHandlerContext ctx = context;
    if (ctx != null && owed >= WINDOW / 4 && roomForMore() && !ended) {
      write(Frames.windowUpdate(ctx.alloc(), 0, owed));
      write(Frames.windowUpdate(ctx.alloc(), Frames.STREAM, owed));
      ctx.flush();
      owed = 0;
    }
  }

  @Override
  public void control(int type, int flags, int stream, ByteBuf payload) throws ProtocolException {
    ChannelHandlerContext ctx = context;
    if (ctx == null || ended) {
      return;
    }
    switch (type) {
      case Frames.SETTINGS -> settings(ctx, flags, payload);
      case Frames.PING -> {
        sized(payload, Long.BYTES);
        if ((flags & Frames.ACK) == 0) {
          write(Frames.ping(ctx.alloc(), Frames.ACK, payload.readLong()));
        }
      }
      case Frames.WINDOW_UPDATE -> {
        sized(payload, Integer.BYTES);
        out.widen(stream, payload.readInt() & Integer.MAX_VALUE);
        drain();
      }
      case Frames.RST_STREAM -> {
        sized(payload, Integer.BYTES);
        end(Status.UNAVAILABLE.withDescription("it reset the stream, code " + payload.readInt()));
      }
      case Frames.GOAWAY -> {
        if (payload.readableBytes() < 2 * Integer.BYTES || payload.readInt() < Frames.STREAM) {
          end(Status.UNAVAILABLE.withDescription("it takes no calls" + Frames.lastWords(payload)));
        }
      }
      case Frames.HEADERS, Frames.CONTINUATION -> block(ctx, type, flags, stream, payload);
      default -> {
        // Unknown frames are passed over, as the standard asks.
      }
    }
  }

  private static void sized(ByteBuf payload, int bytes) throws ProtocolException {
    if (payload.readableBytes() != bytes) {
      throw new ProtocolException(
          "a control frame of " + payload.readableBytes() + " bytes; expected " + bytes);
    }
  }

  private void settings(ChannelHandlerContext ctx, int flags, ByteBuf payload)
      throws ProtocolException {
    if ((flags & Frames.ACK) != 0) {
      return;
    }
    while (payload.readableBytes() >= Frames.SETTING_BYTES) {
      out.settle(payload.readUnsignedShort(), payload.readInt());
    }
    sized(payload, 0);
    write(Frames.header(ctx.alloc(), 0, Frames.SETTINGS, Frames.ACK, 0));
    drain();
  }

  private void block(ChannelHandlerContext ctx, int type, int flags, int stream, ByteBuf payload)
      throws ProtocolException {
    ByteBuf all = headerBlock;
    if (type == Frames.HEADERS) {
      int padding = (flags & Frames.PADDED) != 0 ? payload.readUnsignedByte() : 0;
      int priority = (flags & Frames.PRIORITY) != 0 ? 5 : 0;
      if (all != null || padding + priority > payload.readableBytes()) {
        throw new ProtocolException("misplaced or misshapen headers");
      }
      payload.skipBytes(priority);
      all = Unpooled.buffer().writeByte(flags);
      payload.writerIndex(payload.writerIndex() - padding);
    }
    if (all == null || all.readableBytes() + payload.readableBytes() > LARGEST_HEADERS) {
      throw new ProtocolException("headers without a beginning or without an end");
    }
    headerBlock = all.writeBytes(payload);
    if ((flags & Frames.END_HEADERS) == 0) {
      return;
    }
    headerBlock = null;
    boolean last = (all.readUnsignedByte() & Frames.END_STREAM) != 0;
    try {
      Http2Headers fields = hpack.decodeHeaders(stream, all);
      if (stream == Frames.STREAM) {
        headers(fields, last);
      } else {
        write(Frames.reset(ctx.alloc(), stream, REFUSED_STREAM));
      }
    } catch (Http2Exception e) {
      throw new ProtocolException("headers: " + e.getMessage());
    }
  }
}
