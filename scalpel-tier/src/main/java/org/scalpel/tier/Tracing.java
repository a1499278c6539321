package org.scalpel.tier;

import io.grpc.Metadata;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.scalpel.oip.InferParameter;

/**
 * OpenTelemetry spans of requests. Between tiers many requests share one stream, so the W3C trace
 * context travels as request parameters ({@code scalpel_traceparent}, {@code scalpel_tracestate});
 * a caller of a single call may send the standard {@code traceparent} header instead. Off, and
 * free, unless the configuration holds an implementation.
 */
final class Tracing {
  private static final String SCOPE = "org.scalpel.tier";
  private static final int LONGEST = 1024;

  private final boolean on;
  private final Tracer tracer;
  private final TextMapPropagator propagator;

  Tracing(TierConfig config) {
    OpenTelemetry telemetry = config.telemetry();
    this.on = !telemetry.equals(OpenTelemetry.noop());
    this.tracer = telemetry.getTracer(SCOPE);
    this.propagator = telemetry.getPropagators().getTextMapPropagator();
  }

  boolean on() {
    return on;
  }

  /** The span of a whole request on the device, below whatever span its caller is in. */
  RequestTrace device(String model, String plan) {
    if (!on) {
      return RequestTrace.OFF;
    }
    RequestTrace trace = begin("scalpel request", SpanKind.INTERNAL, Context.current());
    trace.attribute("scalpel.model", model);
    trace.attribute("scalpel.plan", plan);
    return trace;
  }

  /** The span of a request that came from elsewhere. */
  RequestTrace server(String tier, String name, Map<String, InferParameter> given, Context caller) {
    if (!on) {
      return RequestTrace.OFF;
    }
    Context parent =
        given.containsKey(Params.TRACEPARENT)
            ? propagator.extract(Context.root(), given, PARAMETERS)
            : caller;
    RequestTrace trace = begin("infer on " + tier, SpanKind.SERVER, parent);
    trace.attribute("scalpel.tier", tier);
    trace.attribute("scalpel.model", name);
    return trace;
  }

  /** What the headers of a call say, where anything listens. */
  Context caller(Metadata headers) {
    return on ? propagator.extract(Context.root(), headers, HEADERS) : Context.root();
  }

  private RequestTrace begin(String name, SpanKind kind, Context parent) {
    return RequestTrace.begin(tracer, propagator, new RequestTrace.Start(name, kind, parent));
  }

  private static final TextMapGetter<Map<String, InferParameter>> PARAMETERS =
      new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable Map<String, InferParameter> carrier, String key) {
          InferParameter value = carrier == null ? null : carrier.get(Params.PREFIX + key);
          String text = Tensors.text(value);
          return text.isEmpty() || text.length() > LONGEST ? null : text;
        }
      };

  private static final TextMapGetter<Metadata> HEADERS =
      new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable Metadata carrier, String key) {
          String text =
              carrier == null
                  ? null
                  : carrier.get(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));
          return text == null || text.length() > LONGEST ? null : text;
        }
      };
}
