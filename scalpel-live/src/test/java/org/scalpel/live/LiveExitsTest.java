package org.scalpel.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.cost.Profiler;
import org.scalpel.cost.Progress;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.EarlyExits;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.plan.Exits;
import org.scalpel.plan.Limits;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Partition;
import org.scalpel.plan.ProblemJson;
import org.scalpel.plan.Request;
import org.scalpel.testbed.LinkShape;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.TierConfig;
import org.scalpel.tier.TierServer;

/** Exits and partition are chosen anew together when the link changes, within the deadline. */
@Timeout(90)
class LiveExitsTest {
  /**
   * The whole model takes the device several times the deadline, also where the machine is quick.
   */
  private static final double SLOWDOWN = 400;

  private static final int ROWS = 64;
  private static final int WIDTH = 512;
  private static final double DEADLINE_MS = 400;

  @TempDir Path store;

  /** An exit that is cheap, then much work: too much for the device, easy for the edge. */
  private static OnnxModel net() {
    Random random = new Random(5);
    ModelBuilder net =
        ModelBuilder.opset(17)
            .input("x", TensorFact.of(ElementType.FLOAT32, ROWS, WIDTH))
            .node("ReduceMean", List.of("x"), List.of("m"), axes())
            .initializer("w", weights(random, 10))
            .node("MatMul", List.of("m", "w"), List.of("l"))
            .node("Softmax", List.of("l"), List.of("early"));
    String last = "x";
    for (int i = 0; i < 12; i++) {
      net.initializer("w" + i, weights(random, WIDTH));
      net.node("MatMul", List.of(last, "w" + i), List.of("m" + i));
      net.node("Tanh", List.of("m" + i), List.of("t" + i));
      last = "t" + i;
    }
    OnnxModel plain =
        net.node("ReduceMean", List.of(last), List.of("mean"), axes())
            .initializer("v", weights(random, 10))
            .node("MatMul", List.of("mean", "v"), List.of("logits"))
            .node("Softmax", List.of("logits"), List.of("final"))
            .output("early", TensorFact.of(ElementType.FLOAT32, 1, 10))
            .output("final", TensorFact.of(ElementType.FLOAT32, 1, 10))
            .build();
    return new EarlyExits(
            1,
            "probability",
            10,
            List.of(
                new EarlyExits.Exit("early", "early", "x", 1),
                new EarlyExits.Exit("final", "final", last, 1)))
        .declaredBy(plain);
  }

  private static org.scalpel.onnx.AttributeProto axes() {
    return ModelBuilder.attribute("axes", List.of(0L));
  }

  private static TensorData weights(Random random, int columns) {
    float[] values = new float[WIDTH * columns];
    for (int w = 0; w < values.length; w++) {
      values[w] = (float) random.nextGaussian() / 16;
    }
    return TensorData.ofFloats(values, WIDTH, columns);
  }

  /** Everyone to the end, or everyone at the exit. */
  private static Exits calibrated(KernelGraph kernels, OnnxModel model) {
    int[] stages = EarlyExits.of(model).orElseThrow().stages(kernels);
    Map<String, Double> none = new HashMap<>();
    kernels.kernels().stream()
        .filter(kernel -> stages[kernel.index()] > 0)
        .forEach(kernel -> none.put(kernel.name(), 0.0));
    return new Exits(
        List.of("early", "final"),
        List.of(
            new Exits.Point(List.of(0.0), 0.7, none),
            new Exits.Point(List.of(2.0), 0.9, Map.of())));
  }

  private LiveRig rig(LinkShape shape) {
    OnnxModel model = net();
    Request request = Request.of(Objective.LATENCY).withLimits(Limits.NONE.deadlineMs(DEADLINE_MS));
    return new LiveRig(
        store,
        new LiveRig.Order(model, SLOWDOWN, shape, request),
        setup -> setup.withExits(calibrated(setup.kernels(), model)));
  }

  private static double threshold(LiveRig rig) {
    return rig.partition().exits().orElseThrow().thresholds().get(0);
  }

  @Test
  void aThinLinkBringsAnotherExitAndAWideOneTheWholeModelAgain() {
    try (LiveRig rig = rig(LinkShape.symmetric(200, 2))) {
      assertThat(threshold(rig)).isGreaterThan(1);
      assertThat(rig.partition().assignment()).containsValue("edge");
      List<Execution> answers = new ArrayList<>();
      Runnable next =
          () -> answers.add(rig.client.infer(Inputs.of(LiveNets.input(answers.size() % 4))));
      for (int i = 0; i < 10; i++) {
        next.run();
      }
      assertThat(answers).allMatch(answer -> answer.exit().isPresent());
      rig.link.shape(LinkShape.symmetric(0.8, 2));
      LiveRig.until("the early exit", next, () -> threshold(rig) == 0);
      int before = answers.size();
      for (int i = 0; i < 10; i++) {
        next.run();
      }
      assertThat(answers.subList(before, before + 10))
          .allSatisfy(
              answer -> {
                assertThat(answer.exit()).contains("early");
                // Give or take a pause of a busy machine: the link alone takes seconds.
                assertThat(answer.totalMs()).isLessThan(1.25 * DEADLINE_MS);
              });
      rig.link.shape(LinkShape.symmetric(200, 2));
      LiveRig.until("the whole model again", next, () -> threshold(rig) > 1);
      for (int i = 0; i < 5; i++) {
        next.run();
      }
      assertThat(answers).allMatch(answer -> answer.confidence().isPresent());
      assertThat(rig.client.counts().failed()).isZero();
      assertThat(rig.client.switches()).isNotEmpty();
      assertThat(rig.client.switches().get(0).to()).contains("exits at 0.000");
    }
  }

  @Test
  void aDeploymentFileNamesExitsThatAreChosenForItsDeadline() throws IOException {
    OnnxModel model = net();
    model.write(store.resolve("net.onnx"));
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      KernelGraph kernels = engine.kernels(OnnxModel.read(store.resolve("net.onnx")));
      new Profiler(engine)
          .profile(
              kernels,
              LiveNets.input(1),
              ProfileOptions.DEFAULT.withBudget(Duration.ofSeconds(1)),
              Progress.NONE)
          .write(store.resolve("profile.json"));
      Files.writeString(
          store.resolve("exits.json"), ProblemJson.writeExits(calibrated(kernels, model)));
    }
    String text =
        """
        schema: 1
        model: net.onnx
        tiers:
          - {name: device, profile: profile.json, slowdown: 400}
          - {name: edge, profile: profile.json, url: "%s"}
        network: [%s]
        exits: exits.json
        deadline_ms: 400
        """;
    Path file = store.resolve("scalpel.yaml");
    try (TierServer edge =
        TierServer.start(TierConfig.builder("edge").store(store.resolve("edge")).build())) {
      for (String link : List.of("200/200/2", "0.8/0.8/2")) {
        Files.writeString(file, text.formatted(edge.address(), link));
        try (ScalpelClient client = ScalpelClient.open(file)) {
          Partition.ExitChoice chosen = client.partitions().get(0).exits().orElseThrow();
          assertThat(chosen.accuracy()).isEqualTo(link.startsWith("200") ? 0.9 : 0.7);
          assertThat(client.infer(LiveNets.input(1)).exit()).isPresent();
        }
      }
      Files.writeString(file, text.formatted(edge.address(), "wifi") + "plan: plan.json\n");
    }
    assertThatThrownBy(() -> ScalpelConfig.read(file))
        .hasMessageContaining("exits: expected no plan beside it");
  }
}
