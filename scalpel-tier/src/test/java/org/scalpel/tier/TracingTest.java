package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;

@Timeout(60)
class TracingTest {
  private static final List<String> THREE = List.of("device", "edge", "cloud");

  @TempDir Path store;

  @Test
  void aRequestOverThreeTiersIsOneTraceAndEveryTierIsTheChildOfTheHopToIt() {
    InMemorySpanExporter spans = InMemorySpanExporter.create();
    try (OpenTelemetrySdk telemetry = sdk(spans);
        TierServer cloud = server("cloud", List.of(), telemetry);
        TierServer edge = server("edge", List.of(cloud.address().toString()), telemetry);
        DeviceTier device =
            new DeviceTier(
                Nets.tier("device", store)
                    .next(edge.address().toString())
                    .telemetry(telemetry)
                    .build())) {
      OnnxModel model = Nets.skipping(3);
      Map<String, TensorData> inputs = Nets.inputs(model, 1);
      Span caller = telemetry.getTracer("test").spanBuilder("caller").startSpan();
      try (PlanExecutor plan = device.prepare(Nets.cut(model, THREE, 2, 4))) {
        Context.current().with(caller).wrap((Runnable) () -> plan.execute(inputs)).run();
      }
      caller.end();
      List<SpanData> all = spans.getFinishedSpanItems();
      assertThat(all)
          .extracting(SpanData::getTraceId)
          .containsOnly(caller.getSpanContext().getTraceId());
      SpanData request =
          one(all, "scalpel request", SpanKind.INTERNAL, caller.getSpanContext().getSpanId());
      SpanData toEdge = one(all, "forward", SpanKind.CLIENT, request.getSpanId());
      SpanData onEdge = one(all, "infer on edge", SpanKind.SERVER, toEdge.getSpanId());
      SpanData toCloud = one(all, "forward", SpanKind.CLIENT, onEdge.getSpanId());
      SpanData onCloud = one(all, "infer on cloud", SpanKind.SERVER, toCloud.getSpanId());
      for (SpanData tier : List.of(request, onEdge, onCloud)) {
        one(all, "compute", SpanKind.INTERNAL, tier.getSpanId());
        one(all, "queue", SpanKind.INTERNAL, tier.getSpanId());
      }
    }
  }

  @Test
  void aRequestThatFailsBeforeItIsSentEndsTheSpanOfItsWay() {
    InMemorySpanExporter spans = InMemorySpanExporter.create();
    try (OpenTelemetrySdk telemetry = sdk(spans);
        TierServer edge = server("edge", List.of(), telemetry);
        DeviceTier device =
            new DeviceTier(
                Nets.tier("device", store)
                    .next(edge.address().toString())
                    .messageBytes(100_000)
                    .telemetry(telemetry)
                    .build())) {
      OnnxModel model = Nets.wide(50_000);
      Map<String, TensorData> inputs = Nets.inputs(model, 1);
      try (PlanExecutor plan = device.prepare(Nets.cut(model, List.of("device", "edge"), 1))) {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> plan.execute(inputs))
            .hasMessageContaining("over the message limit");
      }
      assertThat(spans.getFinishedSpanItems())
          .filteredOn(s -> s.getName().equals("forward"))
          .singleElement()
          .satisfies(s -> assertThat(s.getStatus().getDescription()).contains("message limit"));
    }
  }

  @Test
  void aFailedRequestEndsItsSpanWithTheReason() {
    InMemorySpanExporter spans = InMemorySpanExporter.create();
    try (OpenTelemetrySdk telemetry = sdk(spans);
        TierServer tier = server("cloud", List.of(), telemetry);
        TierClient client = TierClient.of(tier.address(), Nets.tier("c", store).build())) {
      OnnxModel model = Nets.wide(4);
      tier.publish("wide", model);
      client.infer("wide", Nets.inputs(model, 1));
      assertThat(spans.getFinishedSpanItems())
          .extracting(SpanData::getName)
          .contains("infer on cloud", "compute");
      spans.reset();
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> client.infer("wide", Map.of("z", TensorData.ofFloats(new float[4], 1, 4))))
          .isInstanceOf(TierException.class);
      assertThat(spans.getFinishedSpanItems())
          .singleElement()
          .satisfies(s -> assertThat(s.getStatus().getDescription()).contains("unexpected"));
    }
  }

  private static SpanData one(List<SpanData> all, String name, SpanKind kind, String parent) {
    List<SpanData> found =
        all.stream()
            .filter(s -> s.getName().equals(name) && s.getParentSpanId().equals(parent))
            .toList();
    assertThat(found).as("%s below %s in %s", name, parent, all).hasSize(1);
    assertThat(found.get(0).getKind()).isEqualTo(kind);
    return found.get(0);
  }

  static OpenTelemetrySdk sdk(InMemorySpanExporter spans) {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(
            SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build())
        .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
        .build();
  }

  private TierServer server(String name, List<String> next, OpenTelemetrySdk telemetry) {
    TierConfig.Builder config = Nets.tier(name, store).telemetry(telemetry);
    next.forEach(config::next);
    return TierServer.start(config.build());
  }
}
