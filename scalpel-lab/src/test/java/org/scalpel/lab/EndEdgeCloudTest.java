package org.scalpel.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.Session;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

class EndEdgeCloudTest {
  @TempDir private Path scratch;

  /** A picture, two convolutions, four scores. */
  private static OnnxModel tiny(long seed) {
    float[] weights = new float[4 * 3 * 3 * 3];
    java.util.Arrays.fill(weights, 0.1f / seed);
    return ModelBuilder.opset(17)
        .input("picture", TensorFact.of(ElementType.FLOAT32, 1, 3, 32, 32))
        .initializer("w", TensorData.ofFloats(weights, 4, 3, 3, 3))
        .initializer("v", TensorData.ofFloats(new float[4 * 4 * 9], 4, 4, 3, 3))
        .node("Conv", List.of("picture", "w"), List.of("a"))
        .node(
            "MaxPool",
            List.of("a"),
            List.of("b"),
            ModelBuilder.attribute("kernel_shape", List.of(2L, 2L)))
        .node("Conv", List.of("b", "v"), List.of("c"))
        .node("GlobalAveragePool", List.of("c"), List.of("d"))
        .node("Flatten", List.of("d"), List.of("y"))
        .output("y", TensorFact.of(ElementType.FLOAT32, 1, 4))
        .build();
  }

  @Test
  void everySchemeIsMeasuredOverRealTiersAndHeldAgainstTheTwoCuts() throws Exception {
    Lab lab = new Lab(new Lab.Options(true, 1, List.of()), scratch, scratch, line -> {});
    LabModel model = new LabModel("tiny", new LabModel.Generated(EndEdgeCloudTest::tiny), Map.of());
    EndEdgeCloudExperiment.Effort effort =
        new EndEdgeCloudExperiment.Effort(
            List.of("wifi"),
            Duration.ofSeconds(1),
            Duration.ZERO,
            new InterleavedRuns.Stop(3, Duration.ZERO, 0.5));
    List<List<String>> rows = new ArrayList<>();
    for (Experiment.Cell cell : EndEdgeCloudExperiment.cells(lab, List.of(model), effort)) {
      rows.addAll(cell.work().rows());
    }
    EndEdgeCloudExperiment experiment = new EndEdgeCloudExperiment();
    Table table = new Table(experiment.columns(), rows);
    assertThat(table.by("scheme").keySet())
        .containsExactly(
            "end",
            "edge",
            "cloud",
            "end+edge",
            "end+cloud",
            "edge+cloud",
            "two-cut",
            "cloud, uint8",
            "cloud, JPEG",
            "auto, uint8",
            "auto, JPEG");
    assertThat(table.numbers("n")).allMatch(n -> n >= 3);
    double least = only(table, "two-cut", "predicted_ms");
    for (String subset : ThreeTierSchemes.SUBSETS.keySet()) {
      // A longer list of tiers never predicts more; and a far tier cannot be quicker than its
      // links.
      assertThat(only(table, subset, "predicted_ms")).isGreaterThanOrEqualTo(least);
    }
    assertThat(only(table, "cloud", "median_ms")).isGreaterThan(35);
    Report report = new Report();
    experiment.conclude(table, report);
    assertThat(report.findings()).anyMatch(finding -> finding.startsWith("The two-cut plan takes"));
    assertThat(report.tables()).containsKey("Mean reduction of latency");
  }

  private static double only(Table table, String scheme, String column) {
    return table.where(row -> row.text("scheme").equals(scheme)).numbers(column).get(0);
  }

  @Test
  void classicNetworksHaveTheirLayersAndScoresThatAreNumbers() {
    ClassicNetwork network =
        ClassicNetwork.all().stream().filter(n -> n.name().equals("resnet18")).findFirst().get();
    OnnxModel model = network.model(1);
    long convolutions =
        model.proto().getGraph().getNodeList().stream()
            .filter(node -> node.getOpType().equals("Conv"))
            .count();
    assertThat(convolutions).isEqualTo(20);
    assertThat(model.proto().getSerializedSize()).isLessThan(1 << 20);
    try (Engine engine = new Engine(EngineOptions.DEFAULT);
        Session session = engine.open(model)) {
      Map<String, TensorData> inputs =
          new LabModel("resnet18", new LabModel.Generated(network::model), Map.of())
              .inputs(model, 1);
      float[] scores = session.run(inputs).values().iterator().next().floats();
      assertThat(scores).hasSize(1000);
      double squares = 0;
      for (float score : scores) {
        squares += score * score / 1000;
      }
      assertThat(Math.sqrt(squares)).isBetween(1e-2, 1e3);
      KernelGraph kernels = engine.kernels(model);
      assertThat(PredictedTimes.weights(model).values())
          .contains(TensorFact.of(ElementType.FLOAT32, 64, 3, 7, 7))
          .contains(TensorFact.of(ElementType.FLOAT32, 1000, 512));
      // The formulas of weights are no kernels.
      assertThat(kernels.kernels().size()).isLessThan(50);
    }
  }

  @Test
  void intervalsAreStudents() {
    Interval interval = Interval.of(List.of(8.0, 9.0, 10.0, 11.0, 12.0));
    assertThat(interval.mean()).isEqualTo(10);
    assertThat(interval.half()).isCloseTo(2.776 * Math.sqrt(2.5 / 5), within(1e-3));
    assertThat(Interval.ofRatios(List.of(4.0, 8.0), List.of(2.0, 4.0)).half()).isZero();
  }
}
