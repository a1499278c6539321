package org.scalpel.tier;

import io.grpc.netty.shaded.io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
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

  private final InternalProtocolNegotiator.ProtocolNegotiator ordinary =
      InternalProtocolNegotiators.serverPlaintext();
  private final Inside inside;
  private final Set<ServerLane> lanes = ConcurrentHashMap.newKeySet();

  /** What a lane leads to. */
  record Inside(Methods methods, InferCalls calls, Callers callers) {}

  LaneDoor(Inside inside) {
    this.inside = inside;
  }

  @Override
  public AsciiString scheme() {
    return ordinary.scheme();
  }

  @Override
  public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpc) {
    return new Guest(ordinary.newHandler(grpc));
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
    ORDINARY
  }

  /** What a connection is, from its first bytes. */
  private static Kind kind(ByteBuf seen) {
    int start = seen.readerIndex();
    int preface = Frames.PREFACE.length;
    for (int i = 0; i < Math.min(preface, seen.readableBytes()); i++) {
      if (seen.getByte(start + i) != Frames.PREFACE[i]) {
        return Kind.ORDINARY;
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

  /** Holds a connection until it is known what it is. */
  private final class Guest extends ChannelInboundHandlerAdapter {
    private final ChannelHandler ordinaryHandler;
    private final LaneReads reads = new LaneReads();
    private final ByteBuf seen = Unpooled.buffer();
    private final List<Object> events = new ArrayList<>();
    private @Nullable ScheduledFuture<?> patience;

    Guest(ChannelHandler ordinaryHandler) {
      this.ordinaryHandler = ordinaryHandler;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // closing has no other end
    public void handlerAdded(ChannelHandlerContext ctx) {
      ctx.channel().config().setRecvByteBufAllocator(reads);
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
      events.add(event);
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
      } else if (kind != Kind.UNKNOWN) {
        ctx.pipeline().replace(this, null, ordinaryHandler);
        events.forEach(ctx::fireUserEventTriggered);
        ctx.fireChannelRead(seen);
      }
    }
  }
}
