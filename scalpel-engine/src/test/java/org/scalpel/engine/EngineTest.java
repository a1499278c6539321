package org.scalpel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

class EngineTest {
  private final Engine engine = new Engine(EngineOptions.DEFAULT);

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void aModelWithoutNodesIsRefusedInOurWords() {
    OnnxModel model = ModelBuilder.model().floats("x", 1).outputFloats("x", 1).build();
    Map<String, TensorData> inputs = Map.of("x", TensorData.ofFloats(new float[1], 1));
    for (ThrowingCallable use :
        List.<ThrowingCallable>of(
            () -> engine.open(model),
            () -> engine.kernels(model),
            () -> engine.facts(model, inputs))) {
      assertThatThrownBy(use)
          .isInstanceOf(EngineException.class)
          .hasMessage("test: has no nodes; expected one layer or more");
    }
  }

  @Test
  void inputsAreCheckedBeforeTheRuntimeSeesThem() {
    try (Session session = engine.open(TestModels.severalInputs())) {
      TensorData left = TensorData.ofFloats(new float[192], 1, 3, 8, 8);
      TensorData right = TensorData.ofFloats(new float[4], 1, 4);
      assertThatThrownBy(() -> session.run(Map.of("left", left)))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("input 'right' is missing");
      assertThatThrownBy(() -> session.run(Map.of("left", right, "right", right)))
          .hasMessageContaining("input 'left' is float32[1,4]; expected float32[1,3,8,8]");
      TensorData wrong = TensorData.ofInts(new int[4], 1, 4);
      assertThatThrownBy(() -> session.run(Map.of("left", left, "right", wrong)))
          .hasMessageContaining("input 'right' is int32[1,4]; expected float32[1,4]");
      assertThatThrownBy(() -> session.run(Map.of("left", left, "right", right, "up", right)))
          .hasMessageContaining("unknown input [up]");
    }
  }

  @Test
  void aModelThatTheRuntimeRefusesIsNamedOnOneLine() {
    OnnxModel model =
        ModelBuilder.model()
            .floats("x", 1)
            .node("NoSuchOperator", "x", "y")
            .outputFloats("y", 1)
            .build();
    assertThatThrownBy(() -> engine.open(model))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith("test: the runtime refuses the model")
        .hasMessageContaining("NoSuchOperator")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void recycledBuffersServeTheNextRunAndKeptOnesStayUntouched() {
    OnnxModel model = TestModels.residual();
    try (Session session = engine.open(model)) {
      Map<String, TensorData> one = SampleInputs.of(model, 1, Map.of());
      Map<String, TensorData> two = SampleInputs.of(model, 2, Map.of());
      Map<String, TensorData> kept = session.run(one);
      float[] before = Found.in(kept, "prob").floats();
      Map<String, TensorData> returned = session.run(two);
      session.recycle(returned);
      TensorData again = Found.in(session.run(one), "prob");
      assertThat(again).isSameAs(returned.get("prob"));
      assertThat(again.floats()).isEqualTo(before);
      assertThat(Found.in(kept, "prob").floats()).isEqualTo(before);
    }
  }

  @Test
  void outputsOfFreeShapeAreCopiedOut() {
    OnnxModel model = TestModels.transformer();
    try (Session session = engine.open(model)) {
      for (long length : new long[] {3, 9}) {
        var inputs = SampleInputs.of(model, 1, Map.of("ids", List.of(1L, length)));
        assertThat(Found.in(session.run(inputs), "y").fact())
            .isEqualTo(TensorFact.of(ElementType.FLOAT32, 1, length, 16));
      }
    }
  }

  @Test
  void aModelThatBreaksItsDeclaredShapeStillAnswers() {
    OnnxModel model =
        ModelBuilder.model()
            .floats("x", -1)
            .node("Relu", "x", "r")
            .node("NonZero", "r", "y")
            .output("y", ElementType.INT64, 1, 5)
            .build();
    try (Session session = engine.open(model)) {
      TensorData x = TensorData.ofFloats(new float[] {1, 0, 2}, 3);
      for (int run = 0; run < 2; run++) {
        assertThat(Found.in(session.run(Map.of("x", x)), "y").longs()).containsExactly(0, 2);
      }
    }
  }

  @Test
  void manyThreadsMayRunOneSession() throws Exception {
    OnnxModel model = TestModels.inception();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Session session = engine.open(model)) {
      List<Future<Boolean>> answers = new ArrayList<>();
      for (int seed = 0; seed < 20; seed++) {
        var inputs = SampleInputs.of(model, seed, Map.of());
        float[] expected = Found.in(session.run(inputs), "y").floats();
        answers.add(
            threads.submit(
                () -> {
                  Map<String, TensorData> outputs = session.run(inputs);
                  boolean same = java.util.Arrays.equals(expected, Found.in(outputs, "y").floats());
                  session.recycle(outputs);
                  return same;
                }));
      }
      for (Future<Boolean> answer : answers) {
        assertThat(answer.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Forty large matrix products: minutes of work if nobody stops it. */
  private static OnnxModel slow() {
    ModelBuilder m = ModelBuilder.model().floats("x", 4096, 4096);
    String last = "x";
    for (int i = 0; i < 40; i++) {
      m.node("MatMul", List.of(last, "x"), List.of("m" + i)).node("Tanh", "m" + i, "t" + i);
      last = "t" + i;
    }
    return m.node("ReduceMean", last, "y").outputFloats("y", 1, 1).build();
  }

  @Test
  void aRunEndsAtItsDeadline() {
    try (Session session = engine.open(slow())) {
      TensorData x =
          new TensorData(
              TensorFact.of(ElementType.FLOAT32, 4096, 4096),
              TensorData.allocate(TensorFact.of(ElementType.FLOAT32, 4096, 4096)));
      Cancellation soon = Cancellation.after(Duration.ofMillis(50));
      assertThatThrownBy(() -> session.run(Map.of("x", x), soon))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("cancelled");
      assertThatThrownBy(() -> session.run(Map.of("x", x), soon))
          .hasMessageContaining("cancelled before it began");
    }
  }

  @Test
  void aRunWithinItsDeadlineAnswers() {
    OnnxModel model = TestModels.residual();
    try (Session session = engine.open(model)) {
      var inputs = SampleInputs.of(model, 1, Map.of());
      assertThat(session.run(inputs, Cancellation.after(Duration.ofMinutes(1))))
          .containsKey("prob");
    }
  }

  @Test
  void aClosedSessionSaysSo() {
    OnnxModel model = TestModels.residual();
    Session session = engine.open(model);
    session.close();
    session.close();
    var inputs = SampleInputs.of(model, 1, Map.of());
    assertThatThrownBy(() -> session.run(inputs)).hasMessageContaining("closed");
  }

  @Test
  void aModelIsOpenedByItsPath(@TempDir Path folder) {
    OnnxModel model = TestModels.residual();
    Path file = folder.resolve("m.onnx");
    model.write(file);
    var inputs = SampleInputs.of(model, 1, Map.of());
    try (Session byPath = engine.open(file);
        Session inMemory = engine.open(model)) {
      assertThat(Found.in(byPath.run(inputs), "prob").floats())
          .isEqualTo(Found.in(inMemory.run(inputs), "prob").floats());
    }
    assertThatThrownBy(() -> engine.open(folder.resolve("none.onnx")))
        .isInstanceOf(EngineException.class);
  }

  /** Every type that the runtime's Java side can hold goes in and comes out unchanged. */
  @ParameterizedTest
  @EnumSource(
      names = {
        "FLOAT32",
        "FLOAT64",
        "FLOAT16",
        "BFLOAT16",
        "BOOL",
        "INT8",
        "INT16",
        "INT32",
        "INT64",
        "UINT8"
      })
  void elementsOfEveryTypePass(ElementType type) {
    OnnxModel model =
        ModelBuilder.model()
            .input("x", type, 2, 3)
            .node("Identity", "x", "y")
            .output("y", type, 2, 3)
            .build();
    byte[] bytes = new byte[6 * type.bytes().orElseThrow()];
    IntStream.range(0, bytes.length).forEach(i -> bytes[i] = (byte) (i % 2));
    try (Session session = engine.open(model)) {
      TensorData x = TensorData.ofBytes(TensorFact.of(type, 2, 3), bytes);
      TensorData y = Found.in(session.run(Map.of("x", x)), "y");
      assertThat(y.fact()).isEqualTo(x.fact());
      assertThat(y.bytes()).isEqualTo(bytes);
    }
  }

  @Test
  void tensorsWithoutElementsPass() {
    OnnxModel model =
        ModelBuilder.model()
            .floats("x", -1, 3)
            .node("Relu", "x", "y")
            .outputFloats("y", -1, 3)
            .build();
    try (Session session = engine.open(model)) {
      TensorData empty = TensorData.ofFloats(new float[0], 0, 3);
      assertThat(Found.in(session.run(Map.of("x", empty)), "y").fact()).isEqualTo(empty.fact());
    }
  }

  @Test
  void sampleInputsAreSeededAndStayInsideTheTable() {
    OnnxModel model = TestModels.transformer();
    Map<String, List<Long>> shapes = Map.of("ids", List.of(1L, 100L));
    long[] ids = Found.in(SampleInputs.of(model, 1, shapes), "ids").longs();
    assertThat(ids).isEqualTo(Found.in(SampleInputs.of(model, 1, shapes), "ids").longs());
    assertThat(ids).isNotEqualTo(Found.in(SampleInputs.of(model, 2, shapes), "ids").longs());
    for (long id : ids) {
      assertThat(id).isBetween(0L, 49L);
    }
    assertThatThrownBy(() -> SampleInputs.of(model, 1, Map.of()))
        .hasMessageContaining("must be bound");
    assertThatThrownBy(() -> SampleInputs.of(model, 1, Map.of("ids", List.of(2L, 5L))))
        .hasMessageContaining("expected int64[1,?]");
    assertThatThrownBy(() -> SampleInputs.of(model, 1, Map.of("idz", List.of(2L, 5L))))
        .hasMessageContaining("'idz'");
  }

  @ParameterizedTest
  @EnumSource(
      value = OptimizationLevel.class,
      names = {"EXTENDED", "ALL"})
  void kernelTimesAddUpToTheRun(OptimizationLevel level) {
    try (Engine levelled = new Engine(EngineOptions.DEFAULT.withLevel(level))) {
      OnnxModel model = TestModels.residual();
      KernelGraph kernels = levelled.kernels(model);
      var inputs = SampleInputs.of(model, 1, Map.of());
      try (KernelTimer timer = levelled.timer(kernels)) {
        for (int run = 0; run < 8; run++) {
          timer.run(inputs);
        }
        KernelTimes times = timer.finish(3);
        assertThat(times.runMs()).hasSize(5);
        assertThat(times.kernelMs()).hasSize(kernels.kernels().size());
        for (int run = 0; run < 5; run++) {
          double sum = 0;
          for (List<Double> kernel : times.kernelMs()) {
            sum += kernel.get(run);
          }
          assertThat(sum).isPositive().isLessThanOrEqualTo(times.runMs().get(run));
        }
        assertThat(times.borders()).containsKeys("stem", "b0");
      }
    }
  }

  @Test
  void whatTheRuntimeBlocksAndFusesAtItsOwnLevelIsKnown() {
    OnnxModel model = TestModels.residual();
    KernelGraph kernels = engine.kernels(model);
    var inputs = SampleInputs.of(model, 1, Map.of());
    Map<OptimizationLevel, Map<String, Border>> borders = new HashMap<>();
    for (OptimizationLevel level : List.of(OptimizationLevel.EXTENDED, OptimizationLevel.ALL)) {
      try (Engine levelled = new Engine(EngineOptions.DEFAULT.withLevel(level));
          KernelTimer timer = levelled.timer(kernels)) {
        timer.run(inputs);
        borders.put(level, timer.finish(0).borders());
      }
    }
    assertThat(Found.in(borders, OptimizationLevel.EXTENDED)).doesNotContainValue(Border.BLOCKED);
    assertThat(
            Found.in(borders, OptimizationLevel.ALL).values().stream()
                .filter(b -> b != Border.PLAIN))
        .as("on processors whose runtime has no blocked layout nothing is blocked")
        .satisfiesAnyOf(b -> assertThat(b).isEmpty(), b -> assertThat(b).hasSizeGreaterThan(2));
  }
}
