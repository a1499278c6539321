package org.scalpel.tier;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** How many connections a tier has, and what becomes of those that are too many. */
final class Crowd {
  /** So many are told why at the same time; beyond them only closing is cheap enough. */
  private static final int TOLD = 64;

  private final int most;
  private final AtomicInteger here = new AtomicInteger();

  enum Welcome {
    COME,
    /** Say that it is full, and close. */
    FULL,
    /** Close. */
    NONE
  }

  Crowd(int most) {
    this.most = most;
  }

  Welcome enter(Channel connection) {
    int count = here.incrementAndGet();
    var unused = connection.closeFuture().addListener(gone -> here.decrementAndGet());
    if (count <= most) {
      return Welcome.COME;
    }
    return count <= most + TOLD ? Welcome.FULL : Welcome.NONE;
  }

  /** Says why a caller is not let in, and gives it a second to hear it. */
  static final class Farewell extends ChannelInboundHandlerAdapter {
    /** The code of HTTP/2 for what is none. */
    static final int BROKEN = 1;

    /** The code of HTTP/2 for too much of something. */
    static final int FULL = 11;

    /** The code of HTTP/2 for too little protection. */
    static final int UNSAFE = 12;

    private final int code;
    private final String why;
    private boolean said;

    Farewell(int code, String why) {
      this.code = code;
      this.why = why;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      if (ctx.channel().isActive()) {
        say(ctx);
      }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      say(ctx);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // failures close the channel
    private void say(ChannelHandlerContext ctx) {
      if (said) {
        return;
      }
      said = true;
      var unusedSettings = ctx.write(Frames.settings(ctx.alloc()), ctx.voidPromise());
      var unusedWord = ctx.writeAndFlush(Frames.goAway(ctx.alloc(), code, why), ctx.voidPromise());
      var unused = ctx.executor().schedule(() -> ctx.close(), 1, TimeUnit.SECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message);
    }
  }
}
