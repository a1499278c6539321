package org.scalpel.tier;

import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.SimpleChannelInboundHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.DecoderException;
import io.grpc.netty.shaded.io.netty.handler.codec.TooLongFrameException;
import io.grpc.netty.shaded.io.netty.handler.codec.compression.DecompressionException;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpHeaderNames;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpUtil;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpVersion;
import io.grpc.netty.shaded.io.netty.handler.timeout.IdleStateEvent;
import io.opentelemetry.context.Context;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One connection: takes a request, has it answered, writes the answer, takes the next. Requests
 * that are sent ahead wait in the socket.
 */
final class HttpExchange extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final String HEADER_LENGTH = "Inference-Header-Content-Length";

  private static final List<String> TRACE = List.of("traceparent", "tracestate");

  // As the unpacking says it.
  private static final String TOO_LARGE = "maximum size";

  private final RestRouter router;
  private final HttpDoor door;
  private final HttpBodies bodies;
  // No more than one read from the socket brings: nothing is read while requests wait here.
  private final ArrayDeque<FullHttpRequest> ahead = new ArrayDeque<>();
  private boolean busy;
  // Bytes of the request that is being answered; -1: none is.
  private int underWay = -1;

  HttpExchange(RestRouter router, HttpDoor door, HttpBodies bodies) {
    this.router = router;
    this.door = door;
    this.bodies = bodies;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ended();
    ahead.forEach(FullHttpRequest::release);
    ahead.clear();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof IdleStateEvent && !busy) {
      var unused = ctx.close();
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    if (busy) {
      ahead.add(request.retain());
      ctx.channel().config().setAutoRead(false);
    } else {
      take(ctx, request);
    }
  }

  private void next(ChannelHandlerContext ctx) {
    busy = false;
    FullHttpRequest request = ahead.poll();
    if (request == null) {
      ctx.channel().config().setAutoRead(true);
      return;
    }
    try {
      take(ctx, request);
    } finally {
      request.release();
    }
  }

  private void take(ChannelHandlerContext ctx, FullHttpRequest request) {
    busy = true;
    underWay = request.content().readableBytes();
    door.begun();
    boolean keepAlive =
        HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess() && !door.closing();
    CompletableFuture<RestAnswer> answer;
    try {
      answer = answer(request);
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    var unused =
        answer.whenComplete(
            (given, fault) -> {
              RestAnswer known = fault == null ? given : refusal(InferCalls.cause(fault));
              if (ctx.executor().inEventLoop()) {
                write(ctx, known, keepAlive);
              } else {
                ctx.executor().execute(() -> write(ctx, known, keepAlive));
              }
            });
  }

  private CompletableFuture<RestAnswer> answer(FullHttpRequest request) {
    if (request.decoderResult().isFailure()) {
      throw Refusal.invalid("not HTTP: " + request.decoderResult().cause().getMessage());
    }
    String encoding = request.headers().get(HttpHeaderNames.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      return CompletableFuture.completedFuture(
          RestAnswer.error(415, "content encoding '" + encoding + "'; expected gzip or deflate"));
    }
    String method = request.method().name();
    RestRouter.need(method, request.uri())
        .flatMap(
            role ->
                door.access()
                    .pass(request.headers().get(HttpHeaderNames.AUTHORIZATION))
                    .refusal(role))
        .ifPresent(
            refusal -> {
              throw refusal.asRuntimeException();
            });
    ByteBuf content = request.content();
    ByteBuffer body =
        content.nioBufferCount() == 1
            ? content.nioBuffer()
            : ByteBuffer.wrap(io.grpc.netty.shaded.io.netty.buffer.ByteBufUtil.getBytes(content));
    int length = headerLength(request.headers().get(HEADER_LENGTH), body.remaining());
    return router.answer(new RestRouter.Call(method, request.uri(), length, body, caller(request)));
  }

  private Context caller(FullHttpRequest request) {
    Metadata headers = new Metadata();
    for (String name : TRACE) {
      String value = request.headers().get(name);
      if (value != null) {
        headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
      }
    }
    return router.caller(headers);
  }

  private static int headerLength(@Nullable String text, int body) {
    if (text == null) {
      return -1;
    }
    try {
      int length = Integer.parseInt(text.trim());
      if (length >= 0 && length <= body) {
        return length;
      }
    } catch (NumberFormatException e) {
      // As wrong as a number out of range.
    }
    throw Refusal.invalid(
        HEADER_LENGTH + " is '" + text + "'; expected 0 to " + body + ", the body's length");
  }

  private static RestAnswer refusal(Throwable fault) {
    return RestAnswer.refusal(Refusal.status(fault));
  }

  private void write(ChannelHandlerContext ctx, RestAnswer answer, boolean keepAlive) {
    HttpResponseStatus status = HttpResponseStatus.valueOf(answer.status());
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body(answer));
    var headers = response.headers();
    headers.set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
    boolean binary = !answer.tensors().isEmpty();
    headers.set(
        HttpHeaderNames.CONTENT_TYPE, binary ? "application/octet-stream" : "application/json");
    if (binary) {
      headers.set(HEADER_LENGTH, answer.json().remaining());
    }
    if (answer.status() == 429 || answer.status() == 503) {
      headers.set(HttpHeaderNames.RETRY_AFTER, 1);
    }
    if (answer.status() == 401) {
      headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    headers.set(HttpHeaderNames.CONNECTION, keepAlive ? "keep-alive" : "close");
    var unused =
        ctx.writeAndFlush(response)
            .addListener(
                done -> {
                  answer.written().run();
                  ended();
                  if (keepAlive && done.isSuccess()) {
                    ctx.executor().execute(() -> next(ctx));
                  } else {
                    var unusedToo = ctx.close();
                  }
                });
  }

  private static ByteBuf body(RestAnswer answer) {
    List<ByteBuffer> tensors = answer.tensors();
    ByteBuffer[] parts = new ByteBuffer[tensors.size() + 1];
    parts[0] = answer.json().duplicate();
    for (int i = 0; i < tensors.size(); i++) {
      parts[i + 1] = tensors.get(i).duplicate();
    }
    return Unpooled.wrappedBuffer(parts);
  }

  private void ended() {
    if (underWay >= 0) {
      bodies.done(underWay);
      underWay = -1;
      door.ended();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext given, Throwable fault) {
    // What fails is before the packing of answers, which knows nothing of this request.
    ChannelHandlerContext ctx = given.pipeline().context(bodies);
    if (ctx == null) {
      return;
    }
    if (fault instanceof DecompressionException && message(fault).contains(TOO_LARGE)) {
      bodies.handleOversizedMessage(ctx);
    } else if (fault instanceof TooLongFrameException tooLong) {
      HttpBodies.refuse(ctx, HttpResponseStatus.TOO_MANY_REQUESTS, message(tooLong));
    } else if (fault instanceof DecompressionException
        || fault instanceof DecoderException
        || fault instanceof StatusRuntimeException) {
      HttpBodies.refuse(
          ctx, HttpResponseStatus.BAD_REQUEST, "the request cannot be read: " + message(fault));
    } else {
      var unused = ctx.close();
    }
  }

  private static String message(Throwable fault) {
    return String.valueOf(fault.getMessage()).lines().findFirst().orElse("");
  }
}
