package org.scalpel.tier;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The thread that moves a tier's bytes. One is enough, as it copies no tensors, and it spares a
 * request that passes through the tier every change of threads.
 */
final class Loops {
  private static final boolean NATIVE = Epoll.isAvailable();

  private Loops() {}

  /** Of the device and of tools, which never end it. */
  private static final class Shared {
    static final EventLoopGroup LOOP = start("scalpel-io");
  }

  /** Of calls that are no plan's, which never end either. */
  private static final class Calls {
    static final EventLoopGroup LOOPS =
        start("scalpel-calls", Runtime.getRuntime().availableProcessors());
  }

  /**
   * A thread for the calls of one neighbour. With all of a channel's work on one thread, a call
   * wakes it once; gRPC would have another of its threads keep the time.
   */
  static EventLoopGroup calls() {
    return Calls.LOOPS.next();
  }

  static EventLoopGroup shared() {
    return Shared.LOOP;
  }

  static EventLoopGroup start(String name) {
    return start(name, 1);
  }

  static EventLoopGroup start(String name, int threads) {
    return new MultiThreadIoEventLoopGroup(
        threads,
        new DefaultThreadFactory(name, true),
        NATIVE ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  static void stop(EventLoopGroup loop) {
    var unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  static Class<? extends Channel> client() {
    return NATIVE ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  static Class<? extends ServerChannel> server() {
    return NATIVE ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }
}
