package org.scalpel.tier;

import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLHandshakeException;

/** Stands behind a connection's TLS until both ends know each other; then makes way. */
final class AfterHandshake extends ChannelInboundHandlerAdapter {
  private static final String HTTP2 = "h2";

  private final Supplier<? extends ChannelHandler> next;
  private final Consumer<Throwable> failed;
  private boolean over;

  /**
   * Waits.
   *
   * @param next takes the place of this handler
   * @param failed told why not, once; the connection is closed then
   */
  AfterHandshake(Supplier<? extends ChannelHandler> next, Consumer<Throwable> failed) {
    this.next = next;
    this.failed = failed;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (!(event instanceof SslHandshakeCompletionEvent done)) {
      return;
    }
    if (!done.isSuccess()) {
      fail(ctx, done.cause());
    } else if (!HTTP2.equals(ctx.pipeline().get(SslHandler.class).applicationProtocol())) {
      fail(ctx, new SSLHandshakeException("the peer does not offer HTTP/2 (ALPN h2)"));
    } else {
      over = true;
      ctx.pipeline().replace(this, null, next.get());
    }
  }

  @Override
  @SuppressWarnings("deprecation") // as its parent's
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable fault) {
    fail(ctx, fault);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(ctx, new SSLHandshakeException("the connection was closed during the handshake"));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // closing has no other end
  private void fail(ChannelHandlerContext ctx, Throwable why) {
    if (!over) {
      over = true;
      failed.accept(why);
      var unused = ctx.close();
    }
  }
}
