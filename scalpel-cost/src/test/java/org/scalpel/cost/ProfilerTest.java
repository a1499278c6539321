package org.scalpel.cost;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.scalpel.codec.Image;
import org.scalpel.codec.ImageCodec;
import org.scalpel.codec.TensorCodec;
import org.scalpel.cost.ProfileOptions.PictureInput;
import org.scalpel.engine.Assignments;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.SampleInputs;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Pixels;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

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
      Profile profile =
          new Profiler(engine)
              .profile(model, inputs, QUICK, (phase, fraction) -> phases.add(phase));
      KernelGraph kernels = profile.kernels(model);
      assertThat(profile.measured().kernels()).hasSize(kernels.kernels().size());
      assertThat(profile.fit().boundaries().keySet())
          .containsExactlyElementsOf(kernels.tensors().stream().map(t -> t.name()).toList());
      assertThat(profile.measured().wholeMs().medianMs()).isPositive();
      assertThat(profile.fit().residual().cuts()).isPositive();
      assertThat(profile.environment().runtime()).isEqualTo("onnxruntime 1.28.0");
      Profile.Rested rested = profile.rested().orElseThrow();
      assertThat(rested.pauseMs()).isPositive();
      assertThat(rested.wholeMs().medianMs()).isPositive();
      assertThat(rested.fit().kernelMs()).hasSameSizeAs(profile.fit().kernelMs());
      assertThat(phases).contains("kernels", "rested", "cuts");
      assertThat(Profile.ofJson(profile.toJson(), "text")).isEqualTo(profile);
    }
  }

  @Test
  void aPictureIsMeasuredAsPngAsJpegAndAsTheFileThatItCameAs() {
    OnnxModel plain =
        ModelBuilder.opset(17)
            .input("x", TensorFact.of(ElementType.FLOAT32, 1, 3, 16, 16))
            .node("Sqrt", List.of("x"), List.of("y"))
            .output("y", TensorFact.of(ElementType.FLOAT32, 1, 3, 16, 16))
            .build();
    Pixels pixels = Pixels.raw(Pixels.Order.RGB, Pixels.Layout.NCHW);
    OnnxModel model = Preprocessing.of(plain, Preprocessing.Fit.CROP, pixels).prepend(plain);
    byte[] noise = new byte[40 * 30 * 3];
    new Random(3).nextBytes(noise);
    Image source = new Image(40, 30, noise);
    Image picture = Pictures.fitted(source, Preprocessing.Fit.CROP, 16, 16);
    ByteBuffer file = ByteBuffer.wrap(ImageCodec.encodePng(source));
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      ProfileOptions options =
          QUICK.withPictures(List.of(new PictureInput("x_uint8", picture, 0.5, Optional.of(file))));
      Profile profile =
          new Profiler(engine)
              .profile(model, Map.of("x_uint8", Pictures.tensor(picture)), options, Progress.NONE);
      List<Profile.CodecTime> codecs =
          profile.measured().codecs().stream()
              .filter(c -> TensorCodec.named(c.codec()).isEmpty())
              .toList();
      assertThat(codecs).extracting(c -> c.codec()).containsExactly("png", "jpeg", "file");
      assertThat(codecs.get(0).loss()).isZero();
      assertThat(codecs.get(1).loss()).isPositive();
      assertThat(codecs.get(2).loss()).isZero();
      assertThat(codecs.get(2).encodeMs().medianMs()).isZero();
      assertThat(codecs.get(2).bytes()).isEqualTo(file.remaining());
      assertThat(Profile.ofJson(profile.toJson(), "text")).isEqualTo(profile);
    }
  }

  @Test
  void tensorsBetweenKernelsAreMeasuredInEveryCodecThatMakesThemShorter() {
    OnnxModel model =
        ModelBuilder.opset(17)
            .input("x", TensorFact.of(ElementType.FLOAT32, 1, 8, 16, 16))
            .node("Relu", List.of("x"), List.of("a"))
            .node("Softmax", List.of("a"), List.of("b"))
            .node("MaxPool", List.of("b"), List.of("c"), kernelShape())
            .node("Sqrt", List.of("c"), List.of("y"))
            .output("y", TensorFact.of(ElementType.FLOAT32, 1, 8, 15, 15))
            .build();
    Map<String, TensorData> inputs = SampleInputs.of(model, 1, Map.of());
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      Profile profile = new Profiler(engine).profile(model, inputs, QUICK, Progress.NONE);
      List<Profile.CodecTime> codecs = profile.measured().codecs();
      List<String> inner =
          profile.kernels(model).tensors().stream()
              .filter(t -> t.producer() >= 0 && !t.output())
              .map(t -> t.name())
              .toList();
      assertThat(inner).isNotEmpty();
      for (String tensor : inner) {
        assertThat(codecs)
            .filteredOn(c -> c.tensor().equals(tensor))
            .extracting(c -> c.codec())
            .contains("fp16", "int8", "int8+zstd");
      }
      long raw = requireNonNull(profile.subject().facts().get(inner.get(0))).bytes();
      for (Profile.CodecTime codec : codecs) {
        boolean lossless = TensorCodec.named(codec.codec()).orElseThrow().lossless();
        assertThat(codec.bytes()).isLessThan(8 * 16 * 16 * 4);
        assertThat(codec.encodeMs().medianMs()).isPositive();
        if (lossless) {
          assertThat(codec.loss()).isZero();
        } else {
          assertThat(codec.loss()).isBetween(1e-8, 0.1);
        }
        if (codec.codec().equals("fp16") && codec.tensor().equals(inner.get(0))) {
          assertThat(codec.bytes()).isEqualTo(raw / 2);
        }
      }
      assertThat(Profile.ofJson(profile.toJson(), "text")).isEqualTo(profile);
    }
  }

  @Test
  void aLossIsTheWorstOfAllCalibrationInputs() {
    OnnxModel model =
        ModelBuilder.opset(17)
            .input("x", TensorFact.of(ElementType.FLOAT32, 1, 4, 8, 8))
            .node("Abs", List.of("x"), List.of("a"))
            .node("Sqrt", List.of("a"), List.of("y"))
            .output("y", TensorFact.of(ElementType.FLOAT32, 1, 4, 8, 8))
            .build();
    float[] calm = new float[256];
    java.util.Arrays.fill(calm, 0.5f);
    float[] wild = new float[256];
    for (int i = 0; i < wild.length; i++) {
      wild[i] = (float) Math.pow(1.1, i % 64);
    }
    wild[200] = 2e5f;
    TensorData first = TensorData.ofFloats(calm, 1, 4, 8, 8);
    TensorData second = TensorData.ofFloats(wild, 1, 4, 8, 8);
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      Profiler profiler = new Profiler(engine);
      Map<String, TensorData> input = Map.of("x", first);
      double alone = loss(profiler.profile(model, input, QUICK, Progress.NONE));
      ProfileOptions both = QUICK.withCalibration(List.of(Map.of("x", second)));
      assertThat(alone).as("a constant is exact").isZero();
      // 65504 instead of 200000.
      assertThat(loss(profiler.profile(model, input, both, Progress.NONE))).isBetween(0.4, 0.5);
    }
  }

  private static double loss(Profile profile) {
    return profile.measured().codecs().stream()
        .filter(c -> c.codec().equals("fp16") && c.tensor().equals("x"))
        .findFirst()
        .orElseThrow()
        .loss();
  }

  private static org.scalpel.onnx.AttributeProto kernelShape() {
    return ModelBuilder.attribute("kernel_shape", List.of(2L, 2L));
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
      PredictionError.Summary rested =
          PredictionError.measureRested(engine, kernels, profile, inputs, cuts.subList(0, 2));
      assertThat(rested.cuts()).hasSize(2);
      assertThat(summary.p95()).isGreaterThanOrEqualTo(summary.median());
    }
  }
}
