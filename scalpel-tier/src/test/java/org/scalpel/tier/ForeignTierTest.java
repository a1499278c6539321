package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Segment;
import org.scalpel.graph.SegmentFiles;
import org.scalpel.graph.Splitter;
import org.scalpel.graph.TensorData;
import org.scalpel.tier.TierException.Kind;

/** A last tier of another make: any server of the protocol with the segments as its models. */
@Timeout(60)
class ForeignTierTest {
  private static final List<String> TWO = List.of("device", "edge");
  private static final List<String> THREE = List.of("device", "edge", "cloud");

  @TempDir Path folder;
  private final OnnxModel model = Nets.skipping(3);
  private final Map<String, TensorData> inputs = Nets.inputs(model, 3);

  /** What {@code split --layout triton} writes. */
  private Path repository(Deployment deployment) {
    List<Segment> segments =
        new Splitter(model, deployment.kernels())
            .segments(deployment.tierOfKernel().stream().mapToInt(Integer::intValue).toArray());
    Path out = folder.resolve("repository-" + deployment.planId());
    var unused =
        new SegmentFiles(deployment.kernels(), deployment.facts())
            .write(
                new SegmentFiles.Cut(deployment.planId(), deployment.tiers(), segments),
                out,
                SegmentFiles.Layout.TRITON);
    return out;
  }

  private TierConfig device(String next) {
    return Nets.tier("device", folder).next(next).build();
  }

  @ParameterizedTest
  @CsvSource({"triton, true", "mlserver, false", "ai-serving, false", "unheard-of, true"})
  void finishesThePlanWhetherItAnswersRawOrTyped(String name, boolean raw) {
    Deployment deployment = Nets.cut(model, TWO, 2);
    try (ForeignServer server = new ForeignServer(name, raw, repository(deployment), false);
        DeviceTier device = new DeviceTier(device(server.address()));
        PlanExecutor plan = device.prepare(deployment)) {
      for (int i = 0; i < 20; i++) {
        Execution answer = plan.execute(inputs);
        SplitExecutionTest.assertSame(answer.outputs(), Nets.whole(model, inputs));
        answer.release();
      }
      assertThat(server.asked.get()).isEqualTo(20);
      assertThat(server.parameters.keySet())
          .isEqualTo(
              name.equals("ai-serving") ? java.util.Set.of("raw_output") : java.util.Set.of());
      assertThat(plan.preparedMs()).containsKey(name);
    }
  }

  @Test
  void isReachedThroughATierOfOurs() {
    Deployment deployment = Nets.cut(model, THREE, 1, 3);
    try (ForeignServer server = new ForeignServer("triton", true, repository(deployment), false);
        TierServer edge =
            TierServer.start(Nets.tier("edge", folder).next(server.address()).build());
        DeviceTier device = new DeviceTier(device(edge.address().toString()));
        PlanExecutor plan = device.prepare(deployment)) {
      SplitExecutionTest.assertSame(plan.execute(inputs).outputs(), Nets.whole(model, inputs));
      assertThat(server.asked.get()).isEqualTo(1);
    }
  }

  @Test
  void answersManyRequestsInFlight() throws Exception {
    Deployment deployment = Nets.cut(model, TWO, 0);
    try (ForeignServer server = new ForeignServer("triton", true, repository(deployment), false);
        DeviceTier device = new DeviceTier(device(server.address()));
        PlanExecutor plan = device.prepare(deployment)) {
      List<CompletableFuture<Execution>> answers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        answers.add(plan.submit(Nets.inputs(model, i)));
      }
      for (int i = 0; i < 100; i++) {
        SplitExecutionTest.assertSame(
            answers.get(i).get(30, TimeUnit.SECONDS).outputs(),
            Nets.whole(model, Nets.inputs(model, i)));
      }
    }
  }

  @Test
  void isToldToLoadWhatItHas() {
    Deployment deployment = Nets.cut(model, TWO, 2);
    try (ForeignServer server = new ForeignServer("triton", true, repository(deployment), true);
        DeviceTier device = new DeviceTier(device(server.address()));
        PlanExecutor plan = device.prepare(deployment)) {
      SplitExecutionTest.assertSame(plan.execute(inputs).outputs(), Nets.whole(model, inputs));
      assertThat(server.names()).hasSize(1);
    }
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    Deployment deployment = Nets.cut(model, TWO, 2);
    Path empty = Files.createDirectories(folder.resolve("empty"));
    try (ForeignServer server = new ForeignServer("triton", true, empty, false);
        DeviceTier device = new DeviceTier(device(server.address()))) {
      assertThatThrownBy(() -> device.prepare(deployment))
          .isInstanceOfSatisfying(
              TierException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND))
          .hasMessageContaining("server 'triton'")
          .hasMessageContaining(deployment.modelName() + "." + deployment.planId() + ".1")
          .hasMessageContaining("split --layout triton");
      assertThatThrownBy(() -> device.prepare(Nets.cut(model, THREE, 1, 3)))
          .isInstanceOfSatisfying(
              TierException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
          .hasMessageContaining("can only be the last tier");
    }
  }

  @Test
  void isNotBelievedWhenItAnswersWhatItWasNotAsked() {
    Deployment deployment = Nets.cut(model, TWO, 2);
    try (ForeignServer server = new ForeignServer("triton", true, repository(deployment), false);
        DeviceTier device = new DeviceTier(device(server.address()));
        PlanExecutor plan = device.prepare(deployment)) {
      server.lies = true;
      assertThatThrownBy(() -> plan.execute(inputs))
          .isInstanceOfSatisfying(
              TierException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PROTOCOL))
          .hasMessageContaining("answered against the plan");
      server.lies = false;
      SplitExecutionTest.assertSame(plan.execute(inputs).outputs(), Nets.whole(model, inputs));
    }
  }

  @Test
  void itsLossIsSaidAsThatOfAnyTier() {
    Deployment deployment = Nets.cut(model, TWO, 2);
    ForeignServer server = new ForeignServer("triton", true, repository(deployment), false);
    try (DeviceTier device = new DeviceTier(device(server.address()));
        PlanExecutor plan = device.prepare(deployment)) {
      SplitExecutionTest.assertSame(plan.execute(inputs).outputs(), Nets.whole(model, inputs));
      server.close();
      assertThatThrownBy(() -> plan.execute(inputs))
          .isInstanceOfSatisfying(
              TierException.class, e -> assertThat(e.kind()).isIn(Kind.LOST, Kind.UNREACHABLE));
    }
  }
}
