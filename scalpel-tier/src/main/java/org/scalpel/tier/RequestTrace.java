package org.scalpel.tier;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.scalpel.oip.ModelInferRequest;

/**
 * The span of one request, or of its way through the tiers behind, and what is recorded below it.
 * Times are this machine's: the time of day when the span began, and from then on the steady clock.
 */
final class RequestTrace {
  /** Records nothing. */
  static final RequestTrace OFF =
      new RequestTrace(
          TracerProvider.noop().get(""),
          TextMapPropagator.noop(),
          Span.getInvalid(),
          Context.root());

  private final Tracer tracer;
  private final TextMapPropagator propagator;
  private final Span span;
  private final Context context;
  private final long dayNs;
  private final long steadyNs = System.nanoTime();

  /** How a span begins. */
  record Start(String name, SpanKind kind, Context parent) {}

  private RequestTrace(Tracer tracer, TextMapPropagator propagator, Span span, Context parent) {
    this.tracer = tracer;
    this.propagator = propagator;
    this.span = span;
    this.context = parent.with(span);
    Instant now = Instant.now();
    this.dayNs = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  static RequestTrace begin(Tracer tracer, TextMapPropagator propagator, Start start) {
    SpanBuilder builder =
        tracer.spanBuilder(start.name()).setSpanKind(start.kind()).setParent(start.parent());
    return new RequestTrace(tracer, propagator, builder.startSpan(), start.parent());
  }

  boolean on() {
    return this != OFF;
  }

  void attribute(String name, String value) {
    span.setAttribute(name, value);
  }

  /** A step that is over, on {@link System#nanoTime}. */
  void step(String name, long fromNs, long toNs) {
    if (on()) {
      tracer
          .spanBuilder(name)
          .setParent(context)
          .setStartTimestamp(day(fromNs), TimeUnit.NANOSECONDS)
          .startSpan()
          .end(day(Math.max(fromNs, toNs)), TimeUnit.NANOSECONDS);
    }
  }

  private long day(long steady) {
    return dayNs + steady - steadyNs;
  }

  /** The way to the tier behind and back. */
  RequestTrace forward(String peer) {
    if (!on()) {
      return OFF;
    }
    RequestTrace hop = begin(tracer, propagator, new Start("forward", SpanKind.CLIENT, context));
    hop.attribute("scalpel.peer", peer);
    return hop;
  }

  /** Tells the tier behind whose child its span is. */
  void into(ModelInferRequest.Builder request) {
    if (on()) {
      propagator.inject(
          context,
          request,
          (to, key, value) -> {
            if (to != null) {
              to.putParameters(Params.PREFIX + key, Params.of(value));
            }
          });
    }
  }

  /** Does a step of what this records; where that fails, this ends with it. */
  <T> T orEnd(Supplier<T> step) {
    try {
      return step.get();
    } catch (RuntimeException e) {
      end(e);
      throw e;
    }
  }

  void end(@Nullable Throwable fault) {
    if (!on()) {
      return;
    }
    if (fault != null) {
      span.setStatus(StatusCode.ERROR, String.valueOf(InferCalls.cause(fault).getMessage()));
    }
    span.end();
  }
}
