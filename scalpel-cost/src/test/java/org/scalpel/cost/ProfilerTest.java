package org.scalpel.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.scalpel.codec.Image;
import org.scalpel.cost.ProfileOptions.PictureInput;
import org.scalpel.engine.Assignments;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.SampleInputs;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;

/** Structure only: how exact predictions are is measured on a quiet machine, not asserted here. */
class ProfilerTest {
  private static final ProfileOptions QUICK =
      ProfileOptions.DEFAULT.withBudget(Duration.ofMillis(300));

  @Test
  void aProfileCoversEveryKernelAndEveryBorder() {
    OnnxModel model = SmallModel.model();
    Map<String, TensorData> inputs = SampleInputs.of(model, 1, Map.of());
    List<String> phases = new ArrayList<>();
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      Image picture = new Image(8, 8, new byte[8 * 8 * 3]);
      ProfileOptions options =
          QUICK.withPictures(List.of(new PictureInput("x", picture, 0.9, false)));
      Profile profile =
          new Profiler(engine)
              .profile(model, inputs, options, (phase, fraction) -> phases.add(phase));
      KernelGraph kernels = profile.kernels(model);
      assertThat(profile.measured().kernels()).hasSize(kernels.kernels().size());
      assertThat(profile.fit().boundaries().keySet())
          .containsExactlyElementsOf(kernels.tensors().stream().map(t -> t.name()).toList());
      assertThat(profile.measured().wholeMs().medianMs()).isPositive();
      assertThat(profile.fit().residual().cuts()).isPositive();
      assertThat(profile.environment().runtime()).isEqualTo("onnxruntime 1.28.0");
      assertThat(profile.measured().codecs()).extracting(c -> c.codec()).containsExactly("jpeg");
      assertThat(phases).contains("kernels", "cuts");
      assertThat(Profile.ofJson(profile.toJson(), "text")).isEqualTo(profile);
    }
  }

  @Test
  void predictionsAreComparedCutByCut() {
    OnnxModel model = SmallModel.model();
    Map<String, TensorData> inputs = SampleInputs.of(model, 1, Map.of());
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      KernelGraph kernels = engine.kernels(model);
      Profile profile = new Profiler(engine).profile(kernels, inputs, QUICK, Progress.NONE);
      List<int[]> cuts = Assignments.atCutVertices(kernels);
      PredictionError.Summary summary =
          PredictionError.measure(engine, kernels, profile, inputs, cuts);
      assertThat(summary.cuts()).hasSameSizeAs(cuts);
      assertThat(summary.cuts()).allSatisfy(c -> assertThat(c.measuredMs()).isPositive());
      assertThat(summary.p95()).isGreaterThanOrEqualTo(summary.median());
    }
  }
}
