package org.scalpel.tier;

import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelPromise;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelStreamInferResponse;

/** The end of a lane that answers. */
final class ServerLane extends Lane<ModelInferRequest, ModelStreamInferResponse> {
  /** Requests under way, from reading them to having sent their answers, before it reads on. */
  private static final int AHEAD = 64;

  // The request's own deadline is the sooner one.
  private static final Duration FOREVER = Duration.ofHours(1);

  private final InferCalls calls;
  private final Callers callers;
  private final String path;
  private final Set<ServerLane> all;
  private int underWay;
  private boolean opened;
  private boolean closing;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ChannelPromise closed;

  ServerLane(EventLoop loop, LaneReads reads, LaneDoor.Inside inside, Set<ServerLane> all) {
    super(loop, reads, inside.methods().requests(), inside.methods().answers());
    this.calls = inside.calls();
    this.callers = inside.callers();
    this.path = "/" + inside.methods().stream().getFullMethodName();
    this.all = all;
  }

  @Override
  void greet(ChannelHandlerContext ctx) {
    context = ctx;
    all.add(this);
    write(
        Frames.settings(
            ctx.alloc(),
            Frames.MAX_CONCURRENT_STREAMS,
            1,
            Frames.INITIAL_WINDOW_SIZE,
            WINDOW,
            Frames.MAX_FRAME_SIZE,
            Frames.LARGEST_FRAME));
  }

  @Override
  void headers(Http2Headers fields, boolean last) {
    ChannelHandlerContext ctx = context;
    CharSequence asked = fields.get(":path");
    if (ctx == null || opened) {
      return;
    }
    if (asked == null || !path.contentEquals(asked) || last) {
      write(
          Frames.headers(
              ctx.alloc(),
              Frames.END_STREAM,
              ":status",
              "200",
              "content-type",
              "application/grpc",
              "grpc-status",
              String.valueOf(Status.Code.UNIMPLEMENTED.value()),
              "grpc-message",
              "a lane carries " + path + " only"));
      ctx.flush();
      end(Status.UNIMPLEMENTED);
      return;
    }
    opened = true;
    time(callers.timer(fields.get(Callers.NAME.name())));
    write(Frames.headers(ctx.alloc(), 0, ":status", "200", "content-type", "application/grpc"));
  }

  @Override
  void took(InferMessage<ModelInferRequest> request) {
    if (!opened || isOver()) {
      request.release();
      return;
    }
    underWay++;
    var unused =
        calls
            .answer(request, Deadline.in(FOREVER))
            .whenComplete(
                (reply, fault) -> {
                  Runnable written = reply == null ? () -> {} : reply.written();
                  send(
                      reply == null
                          ? InferHandlers.error(request.header(), fault)
                          : InferHandlers.wrap(reply),
                      () -> {
                        written.run();
                        answered();
                      });
                });
  }

  private void answered() {
    underWay--;
    grant();
    finish();
  }

  @Override
  boolean roomForMore() {
    return underWay < AHEAD;
  }

  @Override
  public void halfClosed() {
    closing = true;
    finish();
  }

  /** The server is closing: requests under way are answered first. */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    closing = true;
    closed = promise;
    finish();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // failures come to the channel's own handlers
  private void finish() {
    ChannelHandlerContext ctx = context;
    if (!closing || underWay > 0 || ctx == null) {
      return;
    }
    if (opened && !isOver()) {
      opened = false;
      write(Frames.headers(ctx.alloc(), Frames.END_STREAM, "grpc-status", "0"));
      ctx.flush();
    }
    var unused = closed == null ? ctx.close() : ctx.close(closed);
  }

  @Override
  void over(Status status) {
    all.remove(this);
  }

  /** Ends it without waiting for what is under way; from any thread. */
  void abort() {
    loop().execute(() -> end(Status.CANCELLED));
  }
}
