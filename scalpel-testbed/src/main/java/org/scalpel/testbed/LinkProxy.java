package org.scalpel.testbed;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TCP link of a stated rate and delay between two programs of one machine, to be changed while it
 * is in use.
 *
 * <pre>
 *   client ──▶ listen ──[ up: bits/rate, then rtt/2 ]──▶ target
 *          ◀─────────── [ down: the same ] ◀────────────
 * </pre>
 *
 * <p>All connections share each direction in turns of half a millisecond. Rates count payload
 * bytes; a connection's own handshake is not delayed. What waits in the proxy is bounded: per
 * connection and direction 512 kB before the line, rate × delay behind it; beyond that senders are
 * no longer read. One event loop and one clock thread per proxy, both daemons.
 *
 * <p>Why not Netty's traffic shaping handlers: see {@code docs/decisions.md}.
 */
public final class LinkProxy implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LinkProxy.class);
  private static final int CONNECT_LIMIT_MS = 5_000;
  private static final long CONTROL_LIMIT_SECONDS = 5;
  private static final int MAX_CONNECTIONS = 4_096;

  private final LinkProxyConfig config;
  private final MultiThreadIoEventLoopGroup group;
  private final EventLoop loop;
  private final Link link;
  private final Channel listening;
  private volatile LinkShape shape;
  private int connections;
  private boolean cut;

  private LinkProxy(LinkProxyConfig config) {
    this.config = config;
    this.shape = config.shape();
    String thread = "link-" + config.name();
    group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory(thread, true), NioIoHandler.newFactory());
    loop = group.next();
    link = new Link(thread, config.shape(), loop::execute);
    ChannelFuture bound = server().bind(config.listen()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      stopThreads();
      throw new TestbedException(
          "link %s cannot listen on %s: %s. Maybe the port is in use."
              .formatted(config.name(), config.listen(), bound.cause().getMessage()),
          bound.cause());
    }
    listening = bound.channel();
  }

  /**
   * Listens and forwards until closed.
   *
   * @throws TestbedException if the port is taken
   */
  public static LinkProxy start(LinkProxyConfig config) {
    return new LinkProxy(config);
  }

  /** Where clients connect. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listening.localAddress();
  }

  /** The link as it was last asked for. */
  public LinkShape shape() {
    return shape;
  }

  /** Changes rate and delay for everything that is not yet in the air; in force on return. */
  public void shape(LinkShape wanted) {
    onLoop(
        () -> {
          shape = wanted;
          link.shape(wanted);
          return wanted;
        });
  }

  /** Breaks the link: open connections are reset, new ones too, until {@link #restore}. */
  public void cut() {
    onLoop(
        () -> {
          cut = true;
          link.resetAll();
          return cut;
        });
  }

  /** Nothing passes and nobody is told, until {@link #restore}; what is in the air still lands. */
  public void stall() {
    onLoop(
        () -> {
          link.pause(true);
          return true;
        });
  }

  /** Ends a cut or a stall. */
  public void restore() {
    onLoop(
        () -> {
          cut = false;
          link.pause(false);
          return true;
        });
  }

  /** Resets every open connection once; new ones are welcome. */
  public void reset() {
    onLoop(
        () -> {
          link.resetAll();
          return true;
        });
  }

  /** Payload bytes delivered towards the target so far. */
  public long bytesUp() {
    return onLoop(() -> link.up().delivered());
  }

  /** Payload bytes delivered back so far. */
  public long bytesDown() {
    return onLoop(() -> link.down().delivered());
  }

  /** Resets what is open, stops listening and ends both threads. */
  @Override
  public void close() {
    if (!group.isShuttingDown()) {
      onLoop(
          () -> {
            cut = true;
            var unused = listening.close();
            link.resetAll();
            return true;
          });
      stopThreads();
    }
  }

  private void stopThreads() {
    link.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }

  private ServerBootstrap server() {
    return new ServerBootstrap()
        .group(group)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.AUTO_READ, false)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childHandler(
            new ChannelInitializer<NioSocketChannel>() {
              @Override
              protected void initChannel(NioSocketChannel accepted) {
                connect(accepted);
              }
            });
  }

  private void connect(Channel accepted) {
    if (cut || connections >= MAX_CONNECTIONS) {
      Relay.reset(accepted);
      return;
    }
    connections++;
    accepted.closeFuture().addListener(closed -> connections--);
    new Bootstrap()
        .group(loop)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.AUTO_READ, false)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_LIMIT_MS)
        .handler(new ChannelInboundHandlerAdapter())
        .connect(config.target())
        .addListener(
            (ChannelFuture connected) -> {
              if (!connected.isSuccess()) {
                LOG.debug("link {}: {}", config.name(), connected.cause().getMessage());
                Relay.reset(accepted);
              } else {
                join(accepted, connected.channel());
              }
            });
  }

  private void join(Channel accepted, Channel target) {
    if (cut || !accepted.isActive()) {
      Relay.reset(accepted);
      Relay.reset(target);
      return;
    }
    Relay relay = new Relay(link, accepted, target);
    link.add(relay);
    relay.open();
  }

  /** Runs on the event loop and waits, so that a change is in force when its method returns. */
  private <T> T onLoop(Callable<T> work) {
    if (loop.inEventLoop()) {
      throw new IllegalStateException(
          "link " + config.name() + " was called on its own event loop");
    }
    var done = loop.submit(work);
    if (!done.awaitUninterruptibly(CONTROL_LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new TestbedException(
          "link %s did not answer within %d s".formatted(config.name(), CONTROL_LIMIT_SECONDS));
    }
    if (!done.isSuccess()) {
      throw new TestbedException(
          "link " + config.name() + " failed: " + done.cause(), done.cause());
    }
    return done.getNow();
  }
}
