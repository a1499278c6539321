package org.scalpel.tier;

import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelPromise;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelStreamInferResponse;

/** The end of a lane that answers. */
final class ServerLane extends Lane<ModelInferRequest, ModelStreamInferResponse> {
  /** Requests under way, from reading them to having sent their answers, before it reads on. */
  private static final int AHEAD = 64;

  // Until a caller must have said what it wants, and until one that is refused must have gone.
  private static final int PATIENCE_S = 10;
  private static final int LINGER_S = 1;

  // The request's own deadline is the sooner one.
  private static final Duration FOREVER = Duration.ofHours(1);

  private final InferCalls calls;
  private final Callers callers;
  private final Access access;
  private final String path;
  private final Set<ServerLane> all;
  private int underWay;
  private boolean opened;
  private boolean closing;
  private boolean said;
  private Status last = Status.OK;
  private Access.@Nullable Pass pass;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ChannelPromise closed;

  ServerLane(EventLoop loop, LaneReads reads, LaneDoor.Inside inside, Set<ServerLane> all) {
    super(loop, reads, inside.methods().requests(), inside.methods().answers());
    this.calls = inside.calls();
    this.callers = inside.callers();
    this.access = inside.access();
    this.path = "/" + inside.methods().stream().getFullMethodName();
    this.all = all;
  }

  @Override
  void greet(ChannelHandlerContext ctx) {
    context = ctx;
    all.add(this);
    var unused = loop().schedule(this::requireOpened, PATIENCE_S, TimeUnit.SECONDS);
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

  private void requireOpened() {
    if (!opened) {
      end(Status.DEADLINE_EXCEEDED);
    }
  }

  @Override
  void headers(Http2Headers fields, boolean last) {
    ChannelHandlerContext ctx = context;
    CharSequence asked = fields.get(":path");
    if (ctx == null || opened || closing) {
      return;
    }
    if (asked == null || !path.contentEquals(asked) || last) {
      refuse(Status.UNIMPLEMENTED.withDescription("a lane carries " + path + " only"));
      return;
    }
    Access.Pass shown = access.pass(fields.get(Guard.AUTHORIZATION.name()));
    pass = shown;
    Optional<Status> refusal = shown.refusal(Role.INFER);
    if (refusal.isPresent()) {
      refuse(refusal.get());
      return;
    }
    opened = true;
    time(callers.timer(fields.get(Callers.NAME.name())));
    write(Frames.headers(ctx.alloc(), 0, ":status", "200", "content-type", "application/grpc"));
  }

  /** Tokens have changed: a caller whose token is gone gets what is under way and no more. */
  void recheck() {
    loop()
        .execute(
            () -> {
              Optional<Status> refusal =
                  pass == null || closing ? Optional.empty() : pass.refusal(Role.INFER);
              refusal.ifPresent(this::refuse);
            });
  }

  private void refuse(Status why) {
    last = why;
    closing = true;
    finish();
  }

  @Override
  void took(InferMessage<ModelInferRequest> request) {
    if (!opened || isOver() || !last.isOk()) {
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
  boolean gathers() {
    return true;
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
    if (!isOver() && !said) {
      said = true;
      write(trailers(ctx));
      ctx.flush();
    }
    if (last.isOk()) {
      var unused = closed == null ? ctx.close() : ctx.close(closed);
    } else {
      // Closing while requests come in would take the reason away from the caller.
      var unused = loop().schedule(() -> end(last), LINGER_S, TimeUnit.SECONDS);
    }
  }

  private ByteBuf trailers(ChannelHandlerContext ctx) {
    List<String> fields = new ArrayList<>();
    if (!opened) {
      fields.addAll(List.of(":status", "200", "content-type", "application/grpc"));
    }
    fields.addAll(List.of("grpc-status", String.valueOf(last.getCode().value())));
    if (last.getDescription() != null) {
      fields.addAll(List.of("grpc-message", last.getDescription()));
    }
    return Frames.headers(ctx.alloc(), Frames.END_STREAM, fields.toArray(new String[0]));
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
