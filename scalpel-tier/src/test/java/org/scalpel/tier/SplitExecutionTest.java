package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.codec.Image;
import org.scalpel.cost.Pictures;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorData;

@Timeout(60)
class SplitExecutionTest {
  private static final List<String> THREE = List.of("device", "edge", "cloud");
  private static final List<String> TWO = List.of("device", "edge");

  @TempDir Path store;

  @Test
  void everyCutOverThreeTiersAnswersLikeTheWholeModel() {
    OnnxModel model = Nets.skipping(3);
    Map<String, TensorData> inputs = Nets.inputs(model, 2);
    Map<String, TensorData> whole = Nets.whole(model, inputs);
    try (Tiers tiers = Tiers.start(store, 3);
        DeviceTier device = new DeviceTier(tiers.device().build())) {
      int kernels = Nets.cut(model, THREE, 0, 0).kernels().kernels().size();
      for (int first = 0; first <= kernels; first++) {
        for (int second = first; second <= kernels; second++) {
          try (PlanExecutor plan = device.prepare(Nets.cut(model, THREE, first, second))) {
            Execution answer = plan.execute(inputs);
            assertSame(answer.outputs(), whole);
            int used = second < kernels ? 3 : first < kernels ? 2 : 1;
            assertThat(answer.stages()).hasSize(2 * used - 1);
          }
        }
      }
    }
  }

  @Test
  void manyRequestsInFlightAllGetTheirOwnAnswer() {
    OnnxModel model = Nets.skipping(4);
    try (Tiers tiers = Tiers.start(store, 2);
        DeviceTier device = new DeviceTier(tiers.device().build());
        PlanExecutor plan = device.prepare(Nets.cut(model, TWO, 2))) {
      List<Map<String, TensorData>> wanted = new ArrayList<>();
      List<CompletableFuture<Execution>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        Map<String, TensorData> inputs = Nets.inputs(model, i % 10);
        if (i < 10) {
          wanted.add(Nets.whole(model, inputs));
        }
        answers.add(plan.submit(inputs));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertSame(
            answers.get(i).orTimeout(20, TimeUnit.SECONDS).join().outputs(), wanted.get(i % 10));
      }
    }
  }

  @Test
  void spansAccountForTheRequest() {
    OnnxModel model = Nets.skipping(3);
    try (Tiers tiers = Tiers.start(store, 3);
        DeviceTier device = new DeviceTier(tiers.device().build());
        PlanExecutor plan = device.prepare(Nets.cut(model, THREE, 2, 4))) {
      Execution answer = plan.execute(Nets.inputs(model, 1));
      assertThat(answer.stages())
          .extracting(Stage::name)
          .containsExactly("device", "device<->edge", "edge", "edge<->cloud", "cloud");
      double sum = answer.stages().stream().mapToDouble(s -> s.measuredMs() + s.queueMs()).sum();
      assertThat(sum).isLessThanOrEqualTo(answer.totalMs());
      assertThat(answer.bytesOnFirstLink()).isGreaterThanOrEqualTo(Nets.WIDTH * 4L);
    }
  }

  @Test
  void declaredSlowdownHoldsTheRunLonger() {
    OnnxModel model = Nets.wide(2_000_000);
    Map<String, TensorData> inputs = Nets.inputs(model, 1);
    try (DeviceTier fast = new DeviceTier(Nets.tier("device", store).build());
        DeviceTier slow = new DeviceTier(Nets.tier("device", store).slowdown(10).build());
        PlanExecutor plain = fast.prepare(Nets.cut(model, TWO, 9));
        PlanExecutor dilated = slow.prepare(Nets.cut(model, TWO, 9))) {
      double held = Double.MAX_VALUE;
      double free = Double.MAX_VALUE;
      for (int i = 0; i < 20; i++) {
        held = Math.min(held, dilated.execute(inputs).stages().get(0).measuredMs());
        free = Math.min(free, plain.execute(inputs).stages().get(0).measuredMs());
      }
      assertThat(held / free).isBetween(4.0, 25.0);
    }
  }

  @Test
  void anInputTravelsAsAnImageThroughARelayToTheTierThatReadsIt() {
    OnnxModel model = Nets.picture(40, 30);
    Map<String, TensorData> inputs = Nets.inputs(model, 3);
    Deployment png = encoded(Nets.cut(model, THREE, 0, 0), "pixels", "png");
    try (Tiers tiers = Tiers.start(store, 3);
        DeviceTier device = new DeviceTier(tiers.device().build());
        PlanExecutor plan = device.prepare(png)) {
      Execution answer = plan.execute(inputs);
      assertSame(answer.outputs(), Nets.whole(model, inputs));
      assertThat(answer.stages()).extracting(Stage::name).contains("edge<->cloud");
    }
  }

  @Test
  void aPictureFileOfAnySizeTravelsAsItIsAndIsFittedWhereItIsRead() {
    OnnxModel model = Nets.fitted(20, Preprocessing.Fit.CROP);
    Image picture = Nets.noise(50, 30);
    TensorData pixels = Pictures.tensor(Pictures.fitted(picture, Preprocessing.Fit.CROP, 20, 20));
    Deployment file = encoded(Nets.cut(model, THREE, 0, 0), "x_uint8", "file");
    // Other pixels beside the file, to see which of them arrived.
    TensorData others = Pictures.tensor(Nets.noise(20, 20));
    try (Tiers tiers = Tiers.start(store, 3);
        DeviceTier device = new DeviceTier(tiers.device().build());
        PlanExecutor plan = device.prepare(file)) {
      Inputs request = new Inputs(Map.of("x_uint8", others), Map.of("x_uint8", Nets.png(picture)));
      assertSame(plan.execute(request).outputs(), Nets.whole(model, Map.of("x_uint8", pixels)));
      Map<String, TensorData> noFile = Map.of("x_uint8", others);
      assertSame(plan.execute(noFile).outputs(), Nets.whole(model, noFile));
    }
  }

  @Test
  void aPictureFileOfAnotherSizeIsRefusedWhereNothingSaysHowToFitIt() {
    OnnxModel model = Nets.picture(40, 30);
    Deployment file = encoded(Nets.cut(model, THREE, 0, 0), "pixels", "file");
    try (Tiers tiers = Tiers.start(store, 3);
        DeviceTier device = new DeviceTier(tiers.device().build());
        PlanExecutor plan = device.prepare(file)) {
      Inputs request =
          new Inputs(Nets.inputs(model, 1), Map.of("pixels", Nets.png(Nets.noise(41, 30))));
      assertThatThrownBy(() -> plan.execute(request))
          .hasMessageContaining("input 'pixels'")
          .hasMessageContaining("expected 30");
    }
  }

  private static Deployment encoded(Deployment raw, String input, String codec) {
    return new Deployment(
        raw.kernels(),
        raw.tiers(),
        raw.tierOfKernel(),
        raw.facts(),
        Map.of(input, List.of(new Deployment.Encoding(codec, 0))),
        Map.of());
  }

  @Test
  void wrongInputsAreRefusedBeforeAnythingIsSent() {
    OnnxModel model = Nets.skipping(2);
    try (DeviceTier device = new DeviceTier(Nets.tier("device", store).build());
        PlanExecutor plan = device.prepare(Nets.cut(model, TWO, 99))) {
      assertThatThrownBy(() -> plan.execute(Map.of()))
          .isInstanceOf(TierException.class)
          .hasMessageContaining("'x' is missing");
      Map<String, TensorData> inputs = Nets.inputs(model, 1);
      inputs.put("x", TensorData.ofFloats(new float[3], 1, 3));
      assertThatThrownBy(() -> plan.execute(inputs)).hasMessageContaining("expects");
    }
  }

  static void assertSame(Map<String, TensorData> actual, Map<String, TensorData> wanted) {
    assertThat(actual.keySet()).isEqualTo(wanted.keySet());
    wanted.forEach(
        (name, tensor) -> {
          TensorData answer = java.util.Objects.requireNonNull(actual.get(name));
          assertThat(answer.fact()).isEqualTo(tensor.fact());
          float[] left = answer.floats();
          float[] right = tensor.floats();
          float worst = 0;
          for (int i = 0; i < right.length; i++) {
            worst = Math.max(worst, Math.abs(left[i] - right[i]));
          }
          assertThat(worst).as("largest difference in " + name).isLessThanOrEqualTo(1e-5f);
        });
  }
}
