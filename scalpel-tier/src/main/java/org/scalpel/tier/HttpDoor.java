package org.scalpel.tier;

import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.ChannelPipeline;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.group.ChannelGroup;
import io.grpc.netty.shaded.io.netty.channel.group.DefaultChannelGroup;
import io.grpc.netty.shaded.io.netty.handler.codec.compression.StandardCompressionOptions;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpContentCompressor;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpContentDecompressor;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpServerCodec;
import io.grpc.netty.shaded.io.netty.handler.timeout.IdleStateHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.scalpel.tier.TierException.Kind;

/**
 * Where REST comes in: HTTP/1.1 with keep-alive, on threads of its own, so that neither a large
 * document nor its compression delays the tensors of other tiers.
 */
final class HttpDoor implements AutoCloseable {
  private static final int THREADS = 2;
  private static final int IDLE_S = 75;
  private static final int LONGEST_LINE = 8192;
  private static final int LONGEST_HEADERS = 16384;
  private static final int CHUNK = 64 * 1024;
  private static final int WORTH_PACKING = 1024;

  private final RestRouter router;
  private final ServerKeys keys;
  private final int limit;
  private final int most;
  private final EventLoopGroup loop;
  private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final AtomicLong buffered = new AtomicLong();
  private final AtomicInteger underWay = new AtomicInteger();
  private final Channel server;
  private volatile boolean closing;

  private HttpDoor(Endpoint listen, RestRouter router, TierConfig.Limits limits, ServerKeys keys) {
    this.router = router;
    this.keys = keys;
    this.limit = limits.messageBytes();
    this.most = limits.counts().connections();
    this.loop = Loops.start("scalpel-http", THREADS);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop)
            .channel(Loops.server())
            .option(ChannelOption.SO_BACKLOG, 512)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new Connections())
            .bind(new InetSocketAddress(listen.host(), listen.port()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      Loops.stop(loop);
      throw new TierException(
          Kind.INVALID,
          "cannot listen on "
              + listen
              + " for HTTP: "
              + bound.cause().getMessage()
              + ". Maybe another process has the port",
          bound.cause());
    }
    this.server = bound.channel();
  }

  /**
   * Opens the door.
   *
   * @param limits of bodies and connections
   * @param keys what callers are shown and asked, as for gRPC
   * @throws TierException the port is taken
   */
  static HttpDoor open(
      Endpoint listen, RestRouter router, TierConfig.Limits limits, ServerKeys keys) {
    return new HttpDoor(listen, router, limits, keys);
  }

  private final class Connections extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
      if (open.size() >= most || closing) {
        var unused = channel.close();
        return;
      }
      open.add(channel);
      HttpBodies bodies = new HttpBodies(limit, 4L * limit, buffered);
      ChannelPipeline line = channel.pipeline();
      if (keys.encrypts()) {
        line.addLast(keys.http().newHandler(channel.alloc()));
      }
      line.addLast(new HttpServerCodec(LONGEST_LINE, LONGEST_HEADERS, CHUNK))
          .addLast(new IdleStateHandler(0, 0, IDLE_S))
          .addLast(new HttpContentDecompressor(true, limit))
          .addLast(bodies)
          .addLast(
              new HttpContentCompressor(
                  WORTH_PACKING,
                  StandardCompressionOptions.gzip(),
                  StandardCompressionOptions.deflate()))
          .addLast(new HttpExchange(router, HttpDoor.this, bodies));
    }
  }

  int port() {
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  Access access() {
    return keys.access();
  }

  boolean closing() {
    return closing;
  }

  void begun() {
    underWay.incrementAndGet();
  }

  void ended() {
    underWay.decrementAndGet();
  }

  /** Whether no request is under way. */
  boolean idle() {
    return underWay.get() == 0;
  }

  /** No more connections; every connection ends with its next answer. */
  void drain() {
    closing = true;
    server.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
  }

  /** Waits for the requests under way, at most so long, then ends all connections. */
  void close(Duration patience) {
    drain();
    long until = System.nanoTime() + patience.toNanos();
    while (!idle() && until - System.nanoTime() > 0) {
      java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
    }
    close();
  }

  @Override
  public void close() {
    closing = true;
    open.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    Loops.stop(loop);
  }
}
