package org.scalpel.tier;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.codec.TooLongFrameException;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpMessage;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpMessage;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpObjectAggregator;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Collects the body of a request, unpacked, up to a bound for each and another for all connections
 * together.
 */
final class HttpBodies extends HttpObjectAggregator {
  private final int limit;
  private final long limitOfAll;
  private final AtomicLong all;
  private long mine;

  /**
   * For one connection.
   *
   * @param limit of one body, bytes
   * @param all bytes of all connections
   */
  HttpBodies(int limit, long limitOfAll, AtomicLong all) {
    super(limit);
    this.limit = limit;
    this.limitOfAll = limitOfAll;
    this.all = all;
  }

  /** A request of so many bytes has been answered: they are free. */
  void done(int bytes) {
    all.addAndGet(-bytes);
    mine -= bytes;
  }

  @Override
  protected void aggregate(FullHttpMessage message, HttpContent content) throws Exception {
    int bytes = content.content().readableBytes();
    mine += bytes;
    if (all.addAndGet(bytes) > limitOfAll) {
      throw new TooLongFrameException("the bodies of all requests are over the tier's bound");
    }
    super.aggregate(message, content);
  }

  @Override
  protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
    handleOversizedMessage(ctx);
  }

  void handleOversizedMessage(ChannelHandlerContext ctx) {
    refuse(
        ctx,
        HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
        "the body is over the limit of " + limit + " bytes");
  }

  /** One last answer, then the connection ends. */
  @SuppressWarnings("FutureReturnValueIgnored") // the listener closes
  static void refuse(ChannelHandlerContext ctx, HttpResponseStatus status, String why) {
    ByteBuf json = Unpooled.wrappedBuffer(RestAnswer.error(status.code(), why).json());
    FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, json);
    answer
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .set(HttpHeaderNames.CONTENT_LENGTH, json.readableBytes())
        .set(HttpHeaderNames.CONNECTION, "close");
    ctx.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) throws Exception {
    all.addAndGet(-mine);
    mine = 0;
    super.handlerRemoved(ctx);
  }
}
