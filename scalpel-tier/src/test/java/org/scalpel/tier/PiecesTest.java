package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.oip.GRPCInferenceServiceGrpc;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelInferResponse;

/** Plans whose tiers run several sessions, so that tensors leave before all is computed. */
@Timeout(60)
class PiecesTest {
  private static final List<String> THREE = List.of("device", "edge", "cloud");

  @TempDir Path store;

  private static Deployment inPieces(Deployment whole, List<List<Integer>> pieces) {
    return new Deployment(
        whole.kernels(),
        whole.tiers(),
        whole.tierOfKernel(),
        whole.facts(),
        whole.encodings(),
        whole.predictedMs(),
        pieces);
  }

  /** Every tier's kernels in runs of random length. */
  private static List<List<Integer>> randomPieces(Deployment whole, Random random) {
    List<List<Integer>> pieces = new ArrayList<>();
    int last = -1;
    for (int kernel = 0; kernel < whole.tierOfKernel().size(); kernel++) {
      int tier = whole.tierOfKernel().get(kernel);
      if (tier != last || random.nextInt(2) == 0) {
        pieces.add(new ArrayList<>());
      }
      pieces.get(pieces.size() - 1).add(kernel);
      last = tier;
    }
    return pieces;
  }

  /** Two sensors, each with a branch of its own, joined at the end; one branch's middle is read. */
  private static OnnxModel branches() {
    TensorFact fact = TensorFact.of(ElementType.FLOAT32, 1, 256);
    ModelBuilder net = ModelBuilder.opset(17).input("left", fact).input("right", fact);
    for (String side : List.of("left", "right")) {
      net.node("Sigmoid", List.of(side), List.of(side + "1"));
      net.node("Tanh", List.of(side + "1"), List.of(side + "2"));
      net.node("Exp", List.of(side + "2"), List.of(side + "3"));
    }
    return net.node("Add", List.of("left3", "right3"), List.of("sum"))
        .node("Sin", List.of("sum"), List.of("y"))
        .output("y", fact)
        .output("left2", fact)
        .build();
  }

  @Test
  void anyPiecesOverThreeTiersAnswerLikeTheWholeModel() {
    Random random = new Random(11);
    for (OnnxModel model : List.of(Nets.skipping(4), branches())) {
      Map<String, TensorData> inputs = Nets.inputs(model, 2);
      Map<String, TensorData> whole = Nets.whole(model, inputs);
      try (Tiers tiers = Tiers.start(store, 3);
          DeviceTier device = new DeviceTier(tiers.device().build())) {
        int kernels = Nets.cut(model, THREE, 0, 0).kernels().kernels().size();
        for (int round = 0; round < 25; round++) {
          int[] cuts = random.ints(2, 0, kernels + 1).sorted().toArray();
          Deployment serial = Nets.cut(model, THREE, cuts[0], cuts[1]);
          Deployment pieces = inPieces(serial, randomPieces(serial, random));
          assertThat(pieces.planId()).isNotEqualTo(serial.planId());
          try (PlanExecutor plan = device.prepare(pieces)) {
            for (int again = 0; again < 3; again++) {
              Execution answer = plan.execute(inputs);
              SplitExecutionTest.assertSame(answer.outputs(), whole);
              answer.release();
            }
          }
        }
      }
    }
  }

  @Test
  void manyRequestsInPiecesAllGetTheirOwnAnswer() {
    OnnxModel model = branches();
    Deployment serial = Nets.cut(model, THREE, 5, 7);
    Deployment pieces = inPieces(serial, randomPieces(serial, new Random(4)));
    try (Tiers tiers = Tiers.start(store, 3);
        DeviceTier device = new DeviceTier(tiers.device().build());
        PlanExecutor plan = device.prepare(pieces)) {
      List<Map<String, TensorData>> wanted =
          IntStream.range(0, 10).mapToObj(i -> Nets.whole(model, Nets.inputs(model, i))).toList();
      List<CompletableFuture<Execution>> answers = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        answers.add(plan.submit(Nets.inputs(model, i % 10)));
      }
      for (int i = 0; i < answers.size(); i++) {
        Execution answer = answers.get(i).orTimeout(20, TimeUnit.SECONDS).join();
        SplitExecutionTest.assertSame(answer.outputs(), wanted.get(i % 10));
      }
    }
  }

  /** Left's middle goes to the edge while right is computed here. */
  private static Deployment overlapping() {
    Deployment whole = Nets.cut(branches(), List.of("device", "edge"), 0);
    assertThat(whole.kernels().kernels()).hasSize(8);
    return new Deployment(
        whole.kernels(),
        whole.tiers(),
        List.of(0, 0, 1, 0, 0, 0, 1, 1),
        whole.facts(),
        whole.encodings(),
        whole.predictedMs(),
        List.of(List.of(0, 1), List.of(3, 4, 5), List.of(2), List.of(6, 7)));
  }

  @Test
  void theNextTierComputesWhatIsReadyWhileThisOneIsStillBusy() throws Exception {
    Map<String, TensorData> inputs = Nets.inputs(branches(), 1);
    InMemorySpanExporter spans = InMemorySpanExporter.create();
    try (OpenTelemetrySdk telemetry = TracingTest.sdk(spans);
        TierServer edge = TierServer.start(Nets.tier("edge", store).telemetry(telemetry).build());
        DeviceTier device =
            new DeviceTier(Nets.tier("device", store).next(edge.address().toString()).build());
        PlanExecutor plan = device.prepare(overlapping())) {
      ComputePool pool = device.runner().pool();
      CountDownLatch before = new CountDownLatch(1);
      CountDownLatch between = new CountDownLatch(1);
      pool.execute(() -> await(before));
      CompletableFuture<Execution> answer = plan.submit(inputs);
      // The only worker comes to this after the request's first session, before its second one.
      pool.execute(() -> await(between));
      before.countDown();
      until("the edge computes", () -> computed(spans) == 1);
      until("the second session waits", () -> pool.queued() == 1);
      assertThat(answer).isNotDone();
      between.countDown();
      SplitExecutionTest.assertSame(
          answer.get(20, TimeUnit.SECONDS).outputs(), Nets.whole(branches(), inputs));
      until("the edge computes the rest", () -> computed(spans) == 2);
    }
  }

  private static long computed(InMemorySpanExporter spans) {
    return spans.getFinishedSpanItems().stream().filter(s -> s.getName().equals("compute")).count();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void until(String what, BooleanSupplier reached) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!reached.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void portionsOfARequestThatIsNeverCompletedAreForgottenAtItsDeadline() {
    OnnxModel model = branches();
    Map<String, TensorData> inputs = Nets.inputs(model, 1);
    Map<String, TensorData> whole = Nets.whole(model, inputs);
    try (TierServer edge = TierServer.start(Nets.tier("edge", store).build());
        DeviceTier device =
            new DeviceTier(Nets.tier("device", store).next(edge.address().toString()).build());
        PlanExecutor plan = device.prepare(overlapping())) {
      TensorData left = Objects.requireNonNull(whole.get("left2"));
      String name = device.next().orElseThrow().status().plans().get(0).segments().get(0);
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("localhost", edge.address().port()).usePlaintext().build();
      try {
        var stub = GRPCInferenceServiceGrpc.newBlockingStub(channel);
        assertThat(stub.modelInfer(portion(name, "left2", left, 1_500)).getOutputsCount()).isZero();
        assertThatThrownBy(() -> stub.modelInfer(portion(name, "left2", left, 1_500)))
            .hasMessageContaining("a second time");
        until("the portion is forgotten", () -> taken(stub, portion(name, "left2", left, 20_000)));
        TensorData right = TensorData.ofFloats(new float[256], 1, 256);
        ModelInferResponse answer = stub.modelInfer(portion(name, "right3", right, 20_000));
        assertThat(answer.getOutputs(0).getName()).isEqualTo("y");
        // The whole plan is as well as before.
        SplitExecutionTest.assertSame(plan.execute(inputs).outputs(), whole);
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static boolean taken(
      GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub stub, ModelInferRequest portion) {
    try {
      return stub.modelInfer(portion).getOutputsCount() == 0;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  private static ModelInferRequest portion(
      String model, String name, TensorData tensor, long deadlineMs) {
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .putParameters(Params.CONTINUE, Params.of(true))
        .putParameters(Params.PORTION, Params.of("one"))
        .putParameters(Params.DEADLINE_MS, Params.of(deadlineMs))
        .addInputs(Tensors.input(name, tensor.fact()))
        .addRawInputContents(Tensors.bytes(tensor))
        .build();
  }

  @Test
  void aPieceThatNeedsALaterOneIsRefused() {
    Deployment serial = Nets.cut(Nets.skipping(2), THREE, 99, 99);
    List<List<Integer>> pieces = new ArrayList<>();
    for (int kernel = serial.tierOfKernel().size() - 1; kernel >= 0; kernel--) {
      pieces.add(List.of(kernel));
    }
    try (DeviceTier device = new DeviceTier(Nets.tier("device", store).build())) {
      assertThatThrownBy(() -> device.prepare(inPieces(serial, pieces)))
          .hasMessageContaining("of the later segment");
    }
  }

  @Test
  void whatAPeerSaysAboutPiecesIsChecked() {
    assertThat(Pieces.read(List.of(0, 0, 1), 3)).isEqualTo(List.of(List.of(0, 1), List.of(2)));
    assertThatThrownBy(() -> Pieces.read(List.of(0, 2, 2), 3)).hasMessageContaining("no kernels");
    assertThatThrownBy(() -> Pieces.read(List.of(0, 3, 2), 3)).hasMessageContaining("piece 3");
    assertThatThrownBy(() -> Pieces.read(List.of(0), 3)).hasMessageContaining("1 of 3 kernels");
    assertThatThrownBy(() -> Pieces.placed(List.of(List.of(0, 1)), List.of(0, 1)))
        .hasMessageContaining("lies on tiers [0, 1]");
  }
}
