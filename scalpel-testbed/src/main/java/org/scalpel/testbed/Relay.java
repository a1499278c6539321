package org.scalpel.testbed;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;

/** Two channels joined through the two lanes of a link. Lives on the link's event loop. */
final class Relay {
  private final Link link;
  private final Channel client;
  private final Channel target;
  private final Flow up;
  private final Flow down;
  private boolean closed;
  private int endedStreams;

  Relay(Link link, Channel client, Channel target) {
    this.link = link;
    this.client = client;
    this.target = target;
    up = new Flow(new Ends(client, target));
    down = new Flow(new Ends(target, client));
    client.pipeline().addLast(new End(link.up(), up, down, link.down()));
    target.pipeline().addLast(new End(link.down(), down, up, link.up()));
  }

  void open() {
    client.config().setAutoRead(true);
    target.config().setAutoRead(true);
  }

  /** Ends both connections at once with a reset, dropping what is under way. */
  void reset() {
    if (closed) {
      return;
    }
    closed = true;
    link.up().remove(up, link.now());
    link.down().remove(down, link.now());
    link.forget(this);
    reset(client);
    reset(target);
  }

  static void reset(Channel channel) {
    if (channel.isOpen()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      close(channel);
    }
  }

  /** Whether it succeeds does not matter: a channel that cannot close is closed. */
  private static void close(Channel channel) {
    var unused = channel.close();
  }

  private void streamEnded() {
    endedStreams++;
    if (endedStreams == 2 && !closed) {
      closed = true;
      link.forget(this);
      close(client);
      close(target);
    }
  }

  /** From one channel to the other. */
  private final class Ends implements Flow.Ends {
    private final Channel source;
    private final Channel sink;

    Ends(Channel source, Channel sink) {
      this.source = source;
      this.sink = sink;
    }

    @Override
    public void reading(boolean on) {
      source.config().setAutoRead(on);
    }

    @Override
    public boolean hasRoom() {
      return sink.isWritable() || !sink.isActive();
    }

    @Override
    public void deliver(ByteBuf bytes) {
      if (bytes.isReadable()) {
        sink.writeAndFlush(bytes)
            .addListener(
                (ChannelFutureListener)
                    written -> {
                      if (!written.isSuccess()) {
                        reset();
                      }
                    });
      } else {
        // Only behind what is still being written: shutting down drops that.
        sink.writeAndFlush(bytes)
            .addListener(
                written -> {
                  var unused = ((DuplexChannel) sink).shutdownOutput();
                  streamEnded();
                });
      }
    }
  }

  /**
   * What happens at one channel: its bytes go into one flow, its room lets the other flow go on.
   */
  private final class End extends ChannelInboundHandlerAdapter {
    private final Lane outLane;
    private final Flow out;
    private final Flow in;
    private final Lane inLane;
    private boolean ended;

    End(Lane outLane, Flow out, Flow in, Lane inLane) {
      this.outLane = outLane;
      this.out = out;
      this.in = in;
      this.inLane = inLane;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      if (closed) {
        bytes.release();
        return;
      }
      outLane.offer(out, bytes, link.now());
      link.rearm();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event == ChannelInputShutdownEvent.INSTANCE) {
        end();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      end();
    }

    private void end() {
      if (!ended && !closed) {
        ended = true;
        outLane.offer(out, Flow.end(), link.now());
        link.rearm();
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      if (context.channel().isWritable() && !closed) {
        inLane.wake(in, link.now());
        link.rearm();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      reset();
      link.rearm();
    }
  }
}
