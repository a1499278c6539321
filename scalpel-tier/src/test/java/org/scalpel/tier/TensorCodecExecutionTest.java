package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.codec.TensorCodec;
import org.scalpel.control.PrepareResponse;
import org.scalpel.cost.Layouts;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.plan.Partition;

@Timeout(60)
class TensorCodecExecutionTest {
  private static final List<String> THREE = List.of("device", "edge", "cloud");
  private static final String RAW = "raw";

  @TempDir Path store;

  /** Every tensor on the first link in one codec, on the second in another. */
  private static Deployment coded(Deployment raw, String first, String second) {
    Map<String, List<Deployment.Encoding>> encodings = new LinkedHashMap<>();
    for (var tensor : raw.kernels().tensors()) {
      List<Deployment.Encoding> all = new ArrayList<>();
      if (!first.equals(RAW)) {
        all.add(new Deployment.Encoding(first, 0));
      }
      if (!second.equals(RAW)) {
        all.add(new Deployment.Encoding(second, 1));
      }
      encodings.put(tensor.name(), all);
    }
    return new Deployment(
        raw.kernels(), raw.tiers(), raw.tierOfKernel(), raw.facts(), encodings, Map.of());
  }

  @Test
  void everyCodecOnEveryLinkAnswersAsTheWholeModelDoes() {
    OnnxModel model = Nets.skipping(3);
    Map<String, TensorData> inputs = Nets.inputs(model, 2);
    Map<String, TensorData> whole = Nets.whole(model, inputs);
    List<String> ways = new ArrayList<>(TensorCodec.names());
    ways.add(RAW);
    try (Tiers tiers = Tiers.start(store, 3);
        DeviceTier device = new DeviceTier(tiers.device().build())) {
      for (int way = 0; way < ways.size(); way++) {
        String first = ways.get(way);
        for (String second : List.of(first, ways.get((way + 3) % ways.size()))) {
          // With and without a kernel on the tier in the middle.
          for (int end : new int[] {2, 4}) {
            Deployment deployment = coded(Nets.cut(model, THREE, 2, end), first, second);
            try (PlanExecutor plan = device.prepare(deployment)) {
              boolean exact = lossless(first) && lossless(second);
              assertClose(plan.execute(inputs).outputs(), whole, exact ? 1e-5f : 0.02f);
            }
          }
        }
      }
    }
  }

  private static boolean lossless(String way) {
    return TensorCodec.named(way).map(TensorCodec::lossless).orElse(true);
  }

  @Test
  void fewerBytesCrossAndTheTimeIsCounted() {
    OnnxModel model = Nets.wide(100_000);
    Map<String, TensorData> inputs = Nets.inputs(model, 1);
    Map<String, TensorData> whole = Nets.whole(model, inputs);
    try (Tiers tiers = Tiers.start(store, 3);
        DeviceTier device = new DeviceTier(tiers.device().build())) {
      Deployment raw = Nets.cut(model, THREE, 0, 0);
      try (PlanExecutor plan = device.prepare(coded(raw, "int8", "int8"))) {
        Execution answer = plan.execute(inputs);
        assertClose(answer.outputs(), whole, 0.03f);
        assertThat(sent(answer, "device<->edge")).isBetween(500_000L, 500_200L);
        assertThat(sent(answer, "edge<->cloud")).isBetween(500_000L, 500_200L);
        assertThat(answer.stages().get(0).codecMs()).isPositive();
        assertThat(answer.stages().get(2).codecMs()).as("the edge passes it on").isZero();
        assertThat(answer.stages().get(4).codecMs()).isPositive();
      }
      try (PlanExecutor plan = device.prepare(coded(raw, "zstd", RAW))) {
        Execution answer = plan.execute(inputs);
        assertClose(answer.outputs(), whole, 0);
        assertThat(sent(answer, "device<->edge")).isLessThan(790_000);
        assertThat(sent(answer, "edge<->cloud")).isEqualTo(800_000);
        assertThat(answer.stages().get(2).codecMs()).isPositive();
      }
    }
  }

  private static long sent(Execution answer, String link) {
    return answer.stages().stream()
        .filter(s -> s.name().equals(link))
        .findFirst()
        .orElseThrow()
        .bytes();
  }

  @Test
  void codecsThatTheNextTierDoesNotReadAreNotUsedTowardsIt() {
    OnnxModel model = Nets.skipping(2);
    Deployment deployment = coded(Nets.cut(model, THREE, 1, 2), "zstd", RAW);
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      int[] tiers = deployment.tierOfKernel().stream().mapToInt(Integer::intValue).toArray();
      Chain chain = new Chain("m", "abcd", deployment.kernels(), tiers, deployment.facts());
      Map<String, Deployment.Encoding> own = new LinkedHashMap<>();
      deployment.encodings().forEach((name, all) -> own.put(name, all.get(0)));
      PreparedPlan plan = PreparedPlan.open(chain, 0, own, model, engine);
      plan.nextTakes(reads("png", "zstd"));
      assertThat(plan.encodings()).isEqualTo(own);
      plan.nextTakes(reads("png"));
      assertThat(plan.encodings()).isEmpty();
      plan.nextTakes(reads("zstd"));
      assertThat(plan.encodings()).as("an upgraded tier came back").isEqualTo(own);
      plan.forget();
    }
  }

  private static PrepareResponse reads(String... encodings) {
    PrepareResponse.Builder answer = PrepareResponse.newBuilder();
    answer.addTiersBuilder().setName("edge").addAllInputEncodings(List.of(encodings));
    return answer.build();
  }

  @Test
  void aPlanWithAnUnknownCodecIsRefused() {
    OnnxModel model = Nets.skipping(2);
    Deployment raw = Nets.cut(model, THREE, 1, 2);
    Map<String, String> assignment = new LinkedHashMap<>();
    raw.kernels()
        .kernels()
        .forEach(k -> assignment.put(k.name(), THREE.get(raw.tierOfKernel().get(k.index()))));
    Partition partition =
        new Partition(
            1,
            new Partition.Times(1, 1, 1, Map.of()),
            assignment,
            Map.of("s0", Map.of("device->edge", "middle-out")),
            java.util.Optional.empty(),
            List.of());
    assertThatThrownBy(() -> Deployment.of(raw.kernels(), raw.facts(), THREE, partition))
        .isInstanceOf(TierException.class)
        .hasMessageContaining("'s0' as 'middle-out'; expected one of");
  }

  @Test
  void whatAPeerEncodesIsCheckedBeforeItIsUsed() {
    TensorFact fact = TensorFact.of(ElementType.FLOAT32, 1, 8, 16, 16);
    float[] values = new float[(int) fact.elements()];
    Random random = new Random(4);
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(0, (float) random.nextGaussian());
    }
    TensorData tensor = TensorData.ofFloats(values, fact.dims());
    for (TensorCodec codec : TensorCodec.values()) {
      ByteBuffer good = codec.encode(tensor.data(), Layouts.of(fact));
      byte[] bytes = new byte[good.remaining()];
      good.duplicate().get(bytes);
      assertThat(decoded(fact, fact, codec.text(), bytes).fact()).isEqualTo(fact);
      int refused = 0;
      for (int i = 0; i < 300; i++) {
        byte[] odd = java.util.Arrays.copyOf(bytes, i % 2 == 0 ? bytes.length : i * 7);
        for (int flips = 0; odd.length > 0 && flips < 3; flips++) {
          odd[random.nextInt(Math.min(odd.length, flips == 0 ? 16 : odd.length))] =
              (byte) random.nextInt();
        }
        try {
          assertThat(decoded(fact, fact, codec.text(), odd).data().remaining())
              .isEqualTo((int) fact.bytes());
        } catch (StatusRuntimeException e) {
          refused++;
          assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
          assertThat(e.getStatus().getDescription()).startsWith("input 'x'").doesNotContain("\n");
        }
      }
      assertThat(refused).isGreaterThan(100);
      assertThatThrownBy(
              () -> decoded(fact, TensorFact.of(ElementType.FLOAT32, 1, 9), codec.text(), bytes))
          .hasMessageContaining("expected FP32");
      TensorFact open = TensorFact.of(ElementType.FLOAT32, -1, 8, 16, 16);
      assertThatThrownBy(() -> decoded(open, fact, codec.text(), bytes))
          .hasMessageContaining("its shape must be fixed");
    }
    assertThatThrownBy(() -> decoded(fact, fact, "middle-out", new byte[3]))
        .hasMessageContaining("UNIMPLEMENTED");
  }

  private static TensorData decoded(
      TensorFact expected, TensorFact said, String encoding, byte[] bytes) {
    ModelInferRequest.Builder header = ModelInferRequest.newBuilder().setModelName("m");
    header.addInputs(
        Tensors.input("x", said).toBuilder().putParameters(Params.ENCODING, Params.of(encoding)));
    Carried carried = new Carried(Map.of());
    InferMessage<ModelInferRequest> message =
        InferMessage.of(header.build(), List.of(ByteBuffer.wrap(bytes)));
    assertThat(Tensors.read(message, name -> expected, carried)).isEmpty();
    return carried.tensor("x");
  }

  private static void assertClose(
      Map<String, TensorData> actual, Map<String, TensorData> wanted, float tolerance) {
    assertThat(actual.keySet()).isEqualTo(wanted.keySet());
    wanted.forEach(
        (name, tensor) -> {
          float[] left = java.util.Objects.requireNonNull(actual.get(name)).floats();
          float[] right = tensor.floats();
          float worst = 0;
          for (int i = 0; i < right.length; i++) {
            worst = Math.max(worst, Math.abs(left[i] - right[i]));
          }
          assertThat(worst).as("largest difference in " + name).isLessThanOrEqualTo(tolerance);
        });
  }
}
