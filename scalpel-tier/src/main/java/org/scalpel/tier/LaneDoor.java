package org.scalpel.tier;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.netty.shaded.io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.grpc.netty.shaded.io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Where connections come in: one whose first settings announce a {@link Lane} becomes one, every
 * other is gRPC's own.
 */
final class LaneDoor implements InternalProtocolNegotiator.ProtocolNegotiator {
  /** More than these are ordinary connections, so that their memory is bounded. */
  private static final int LANES = 64;

  private static final int PATIENCE_S = 10;
  private static final int LONGEST_SETTINGS = 1024;
  private static final int MOST_EVENTS = 16;

  private final InternalProtocolNegotiator.ProtocolNegotiator ordinary =
      InternalProtocolNegotiators.serverPlaintext();
  private final Inside inside;
  private final Set<ServerLane> lanes = ConcurrentHashMap.newKeySet();

  private final ServerKeys keys;
  private final Crowd crowd;

  /** What a lane leads to. */
  record Inside(Methods methods, InferCalls calls, Callers callers, Access access) {}

  /**
   * A door.
   *
   * @param most connections at the same time; one more is told so and closed
   */
  LaneDoor(Inside inside, ServerKeys keys, int most) {
    this.inside = inside;
    this.keys = keys;
    this.crowd = new Crowd(most);
    inside.access().onChange(() -> lanes.forEach(ServerLane::recheck));
  }

  @Override
  public AsciiString scheme() {
    return AsciiString.of(keys.encrypts() ? "https" : "http");
  }

  @Override
  public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpc) {
    return new Arrival(ordinary.newHandler(grpc));
  }

  /** The server takes no more connections; those that are open close by themselves. */
  @Override
  public void close() {
    ordinary.close();
  }

  /** Whether every lane has ended. */
  boolean idle() {
    return lanes.isEmpty();
  }

  /** Ends the lanes that are still open. */
  void abort() {
    lanes.forEach(ServerLane::abort);
  }

  private enum Kind {
    UNKNOWN,
    LANE,
    ORDINARY,
    /** No HTTP/2 at all. */
    FOREIGN
  }

  /** What a connection is, from its first bytes. */
  private static Kind kind(ByteBuf seen) {
    int start = seen.readerIndex();
    int preface = Frames.PREFACE.length;
    for (int i = 0; i < Math.min(preface, seen.readableBytes()); i++) {
      if (seen.getByte(start + i) != Frames.PREFACE[i]) {
        return Kind.FOREIGN;
      }
    }
    int settings = start + preface + Frames.HEADER_BYTES;
    if (seen.writerIndex() < settings) {
      return Kind.UNKNOWN;
    }
    int length = seen.getUnsignedMedium(start + preface);
    if (seen.getByte(start + preface + 3) != Frames.SETTINGS || length > LONGEST_SETTINGS) {
      return Kind.ORDINARY;
    }
    if (seen.writerIndex() < settings + length) {
      return Kind.UNKNOWN;
    }
    for (int at = settings; at + Frames.SETTING_BYTES <= settings + length; ) {
      if (seen.getUnsignedShort(at) == Frames.LANE) {
        return Kind.LANE;
      }
      at += Frames.SETTING_BYTES;
    }
    return Kind.ORDINARY;
  }

  /**
   * A connection that has just been made: turned away, or let in as it must come. Where TLS is
   * spoken, one that begins otherwise is told so; its first byte shows it.
   */
  private final class Arrival extends ChannelInboundHandlerAdapter {
    private final ChannelHandler ordinaryHandler;
    private Crowd.Welcome welcome = Crowd.Welcome.NONE;
    private @Nullable ScheduledFuture<?> patience;

    Arrival(ChannelHandler ordinaryHandler) {
      this.ordinaryHandler = ordinaryHandler;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // closing has no other end
    public void handlerAdded(ChannelHandlerContext ctx) {
      welcome = crowd.enter(ctx.channel());
      if (welcome == Crowd.Welcome.NONE) {
        var unused = ctx.close();
      } else if (keys.encrypts()) {
        patience = ctx.executor().schedule(() -> ctx.close(), Tls.HANDSHAKE_S, TimeUnit.SECONDS);
      } else {
        ctx.pipeline().replace(this, null, inside(Optional.empty()));
      }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
      if (patience != null) {
        patience.cancel(false);
      }
    }

    private ChannelHandler inside(Optional<SSLSession> session) {
      return welcome == Crowd.Welcome.COME
          ? new Guest(ordinaryHandler, session)
          : new Crowd.Farewell(
              Crowd.Farewell.FULL, "this tier has as many connections as it takes");
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      // gRPC's own beginning, which is told again when TLS stands.
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf first = (ByteBuf) message;
      if (first.isReadable() && first.getByte(first.readerIndex()) != Tls.HANDSHAKE_RECORD) {
        first.release();
        ctx.pipeline()
            .replace(this, null, new Crowd.Farewell(Crowd.Farewell.UNSAFE, TlsTrouble.TLS_ONLY));
        return;
      }
      SslHandler tls = keys.grpc().newHandler(ctx.alloc());
      tls.setHandshakeTimeout(Tls.HANDSHAKE_S, TimeUnit.SECONDS);
      AfterHandshake after =
          new AfterHandshake(
              () -> inside(Optional.of(tls.engine().getSession())), LaneDoor::failedHandshake);
      ctx.pipeline().addAfter(ctx.name(), null, after);
      ctx.pipeline().replace(this, null, tls);
      ctx.fireChannelRead(first);
    }
  }

  private static void failedHandshake(Throwable why) {
    org.slf4j.LoggerFactory.getLogger(LaneDoor.class).debug("a caller was not let in: {}", why);
  }

  /** Holds a connection until it is known what it is. */
  private final class Guest extends ChannelInboundHandlerAdapter {
    private final ChannelHandler ordinaryHandler;
    private final LaneReads reads = new LaneReads();
    private final ByteBuf seen = Unpooled.buffer();
    private final List<Object> events = new ArrayList<>();
    private final boolean encrypted;
    private @Nullable ScheduledFuture<?> patience;

    /**
     * Of a plain connection, whose events are still to come, or of one that TLS has opened.
     *
     * @param session that gRPC is told of
     */
    Guest(ChannelHandler ordinaryHandler, Optional<SSLSession> session) {
      this.ordinaryHandler = ordinaryHandler;
      this.encrypted = session.isPresent();
      session.ifPresent(
          known ->
              events.add(
                  InternalProtocolNegotiationEvent.withAttributes(
                      InternalProtocolNegotiationEvent.getDefault(),
                      Attributes.newBuilder()
                          .set(Grpc.TRANSPORT_ATTR_SSL_SESSION, known)
                          .build())));
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // closing has no other end
    public void handlerAdded(ChannelHandlerContext ctx) {
      if (!encrypted) {
        // What TLS brings has been copied anyway.
        ctx.channel().config().setRecvByteBufAllocator(reads);
      }
      patience = ctx.executor().schedule(() -> ctx.close(), PATIENCE_S, TimeUnit.SECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
      if (patience != null) {
        patience.cancel(false);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (events.size() < MOST_EVENTS) {
        events.add(event);
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      seen.writeBytes(bytes);
      bytes.release();
      Kind kind = kind(seen);
      if (kind == Kind.LANE && lanes.size() < LANES) {
        seen.skipBytes(Frames.PREFACE.length);
        ServerLane lane = new ServerLane(ctx.channel().eventLoop(), reads, inside, lanes);
        ctx.pipeline().replace(this, null, lane);
        ctx.fireChannelRead(seen);
      } else if (kind == Kind.FOREIGN) {
        seen.release();
        ctx.pipeline()
            .replace(
                this, null, new Crowd.Farewell(Crowd.Farewell.BROKEN, "this tier speaks HTTP/2"));
      } else if (kind != Kind.UNKNOWN) {
        ctx.pipeline().replace(this, null, ordinaryHandler);
        events.forEach(ctx::fireUserEventTriggered);
        ctx.fireChannelRead(seen);
      }
    }
  }
}
