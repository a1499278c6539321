package org.scalpel.tier;

import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelStreamInferResponse;

/** The end of a lane that asks; works with any server of the protocol. */
final class ClientLane extends Lane<ModelStreamInferResponse, ModelInferRequest> {
  private final Way way;
  private final LaneReads reads;
  private final Owner owner;

  /** Who is told, on the lane's thread. */
  interface Owner {
    void answered(InferMessage<ModelStreamInferResponse> answer);

    /** Once; the status is never OK. */
    void ended(Status status);
  }

  /**
   * Where it leads.
   *
   * @param patience until the peer is reached
   */
  record Way(Peer peer, Methods methods, EventLoop loop, Duration patience, Ears ears) {}

  /** Who is called, and how it is known there and knows us. */
  record Peer(Endpoint endpoint, ClientKeys keys) {}

  /**
   * Who is told on the lane's thread what comes in.
   *
   * @param caller the name of this end, for the peer's own measurements
   * @param sign run whenever bytes come
   * @param timer of messages
   */
  record Ears(String caller, Runnable sign, MessageTimer timer) {}

  private ClientLane(Way way, LaneReads reads, Owner owner) {
    super(way.loop, reads, way.methods.answers(), way.methods.requests());
    this.way = way;
    time(way.ears.timer);
    this.reads = reads;
    this.owner = owner;
  }

  /** Begins to connect; what is sent meanwhile waits for it. */
  static ClientLane open(Way way, Owner owner) {
    ClientLane lane = new ClientLane(way, new LaneReads(), owner);
    // Asking for the address may take its time: not on the lane's thread.
    var unused = CompletableFuture.runAsync(lane::resolve);
    return lane;
  }

  private void resolve() {
    try {
      connect(InetAddress.getAllByName(way.peer.endpoint.host()), 0);
    } catch (UnknownHostException e) {
      unreachable(e);
    }
  }

  private void connect(InetAddress[] addresses, int tried) {
    var unused =
        new Bootstrap()
            .group(loop())
            .channel(Loops.client())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) way.patience.toMillis())
            .option(ChannelOption.TCP_NODELAY, true)
            // Nothing is read before someone is there: a quick peer's settings would be lost.
            .option(ChannelOption.AUTO_READ, false)
            .handler(new ChannelInboundHandlerAdapter())
            .connect(new InetSocketAddress(addresses[tried], way.peer.endpoint.port()))
            .addListener(
                (ChannelFuture done) -> {
                  if (done.isSuccess()) {
                    enter(done.channel());
                  } else if (tried + 1 < addresses.length) {
                    connect(addresses, tried + 1);
                  } else {
                    unreachable(done.cause());
                  }
                });
  }

  /** Becomes the connection's handler, once the peer is known to be who it should be. */
  private void enter(Channel channel) {
    Optional<SslHandler> tls;
    try {
      tls = way.peer.keys.handler(channel.alloc(), way.patience);
    } catch (RuntimeException e) {
      var unused = channel.close();
      unreachable(e);
      return;
    }
    if (tls.isEmpty()) {
      channel.config().setRecvByteBufAllocator(reads);
      channel.pipeline().addLast(this);
    } else {
      channel.pipeline().addLast(tls.get(), new AfterHandshake(() -> this, this::unreachable));
    }
    channel.config().setAutoRead(true);
  }

  private void unreachable(Throwable fault) {
    loop().execute(() -> end(Status.UNAVAILABLE.withDescription("io exception").withCause(fault)));
  }

  @Override
  void greet(ChannelHandlerContext ctx) {
    write(Unpooled.directBuffer(Frames.PREFACE.length).writeBytes(Frames.PREFACE));
    write(
        Frames.settings(
            ctx.alloc(),
            Frames.ENABLE_PUSH,
            0,
            Frames.INITIAL_WINDOW_SIZE,
            WINDOW,
            Frames.MAX_FRAME_SIZE,
            Frames.LARGEST_FRAME,
            Frames.LANE,
            1));
    List<String> fields =
        new ArrayList<>(
            List.of(
                ":method",
                "POST",
                ":scheme",
                way.peer.keys.context().isPresent() ? "https" : "http",
                ":path",
                "/" + way.methods.stream().getFullMethodName(),
                ":authority",
                way.peer.endpoint.authority(),
                "te",
                "trailers",
                "content-type",
                "application/grpc",
                Callers.NAME.name(),
                way.ears.caller,
                "user-agent",
                "scalpel/" + Catalog.RELEASE));
    way.peer
        .keys
        .authorization()
        .ifPresent(text -> fields.addAll(List.of(Guard.AUTHORIZATION.name(), text)));
    write(Frames.headers(ctx.alloc(), 0, fields.toArray(new String[0])));
  }

  @Override
  void headers(Http2Headers fields, boolean last) {
    CharSequence http = fields.get(":status");
    if (http != null && !"200".contentEquals(http)) {
      end(Status.UNAVAILABLE.withDescription("it answered with HTTP status " + http));
    } else if (last) {
      end(status(fields));
    }
  }

  private static Status status(Http2Headers trailers) {
    CharSequence code = trailers.get("grpc-status");
    CharSequence message = trailers.get("grpc-message");
    String text = code == null ? "" : code.toString();
    Status status =
        text.matches("[0-9]{1,2}")
            ? Status.fromCodeValue(Integer.parseInt(text))
            : Status.UNKNOWN.withDescription("it ended the call without a status");
    if (status.isOk()) {
      return Status.UNAVAILABLE.withDescription("it closed the stream");
    }
    return message == null
        ? status
        : status.withDescription(
            new String(
                message.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
  }

  @Override
  void took(InferMessage<ModelStreamInferResponse> answer) {
    owner.answered(answer);
  }

  @Override
  public void halfClosed() {
    end(Status.UNAVAILABLE.withDescription("it ended the call without a status"));
  }

  @Override
  void heard() {
    way.ears.sign.run();
  }

  @Override
  void over(Status status) {
    owner.ended(status);
  }

  /** Ends it from any thread. */
  void cancel(Status why) {
    loop().execute(() -> end(why));
  }
}
