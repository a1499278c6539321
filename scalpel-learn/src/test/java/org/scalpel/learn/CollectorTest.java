package org.scalpel.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.cost.Progress;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.KernelTimes;
import org.scalpel.engine.OptimizationLevel;
import org.scalpel.graph.ElementType;

class CollectorTest {
  private static final EngineOptions BASIC =
      EngineOptions.DEFAULT.withLevel(OptimizationLevel.EXTENDED);

  private static final Collector.Setting NATIVE = new Collector.Setting(RuntimeKind.NATIVE, BASIC);

  @TempDir private Path folder = Path.of("");

  private static Platform platform(String name) {
    return new Platform(name, "a processor", "onnxruntime 1", 1, "all", Map.of());
  }

  private static Group group(String id, double ms, double pace) {
    double[] values = new double[KernelFeatures.names().size()];
    KernelFeatures features = KernelFeatures.of(KernelType.POOL, values);
    Timing timing = new Timing(ms, 0, 9);
    return new Group(
        id, List.of(new KernelSample(id + "/k", "net", features, timing)), List.of(), pace);
  }

  @Test
  void aCollectionThatWasBrokenOffIsContinuedAfterItsLastWholeModel() throws IOException {
    Path output = folder.resolve("data.jsonl");
    PartFile first = PartFile.open(output, platform("p"));
    first.add(group("net/0", 1, 1), 3);
    first.add(group("net/1", 2, 1), 5);
    Path part = folder.resolve("data.jsonl.part");
    // A kernel of the next model, and half a line.
    String kernel = DatasetLines.kernel(group("net/2", 1, 1).samples().get(0));
    Files.writeString(part, kernel + "\n" + kernel.substring(9), StandardOpenOption.APPEND);

    PartFile again = PartFile.open(output, platform("p"));

    assertThat(again.isDone("net/1")).isTrue();
    assertThat(again.isDone("net/2")).isFalse();
    assertThat(again.elapsedSeconds()).isEqualTo(5);
    again.add(group("net/2", 3, 1), 8);
    assertThat(PartFile.open(output, platform("p")).dataset(platform("p")).samples())
        .extracting(KernelSample::id)
        .containsExactly("net/0/k", "net/1/k", "net/2/k");
  }

  @Test
  void aCollectionOfAnotherPlatformIsNotContinued() {
    Path output = folder.resolve("data.jsonl");
    PartFile.open(output, platform("p"));

    assertThatThrownBy(() -> PartFile.open(output, platform("q")))
        .isInstanceOf(LearnException.class)
        .hasMessageContaining("another platform");
  }

  @Test
  void timesOfDifferentMomentsAreBroughtToOnePace() {
    PartFile part = PartFile.open(folder.resolve("data.jsonl"), platform("p"));
    part.add(group("net/0", 10, 1), 1);
    part.add(group("net/1", 10, 2), 2);
    part.add(group("net/2", 10, 4), 3);

    assertThat(part.dataset(platform("p")).samples())
        .extracting(KernelSample::ms)
        .containsExactly(20.0, 10.0, 5.0);
  }

  @Test
  void everyArchitectureIsMeasuredHoweverSmallTheBudget() {
    Path output = folder.resolve("data.jsonl.gz");
    Platform platform = Collector.platform("test", NATIVE, Map.of());
    List<Double> shares = new ArrayList<>();
    Progress progress = (phase, share) -> shares.add(share);
    RealModel real =
        new RealModel(
            "resnet20-cifar",
            Variation.of(Architectures.all().get(7), 1, 3).model(),
            Collector.inputs(Variation.of(Architectures.all().get(7), 1, 3).model()));

    Collector.Result result =
        Collector.collect(
            NATIVE,
            platform,
            new Collector.Order(Duration.ofSeconds(1), 1, Statistic.UNDISTURBED, output),
            List.of(real),
            progress);

    assertThat(result.refused()).isZero();
    assertThat(result.pieces()).isEqualTo(Architectures.all().size());
    Dataset data = Dataset.read(output);
    assertThat(data).isEqualTo(result.dataset());
    assertThat(data.samples().stream().map(KernelSample::architecture).collect(Collectors.toSet()))
        .hasSize(Architectures.all().size());
    assertThat(data.samples()).allMatch(sample -> sample.ms() > 0 && sample.time().runs() >= 13);
    assertThat(data.models()).hasSize(1);
    assertThat(data.models().get(0).ms()).isGreaterThan(0);
    assertThat(shares).isSorted().last().isEqualTo(1.0);
    assertThat(folder.resolve("data.jsonl.gz.part")).doesNotExist();
  }

  @Test
  void aNormalisationOfBlockedChannelsKeepsItsTime() {
    Sketch sketch = new Sketch(false);
    Wire wire = sketch.input("x", ElementType.FLOAT32, 1, 16, 40, 40);
    for (Step step : Step.parse("conv 64 relu; dense 32; dense 32")) {
      wire = new PictureBlocks(sketch).apply(wire, step);
    }
    var piece = new Variation.Piece("net/0", "net", sketch.build(List.of(wire)));
    try (BenchRuntime runtime = new NativeBench(EngineOptions.DEFAULT);
        KernelBench bench = new KernelBench(runtime, Statistic.MEDIAN, false)) {
      Group group = bench.kernels(piece, Collector.inputs(piece.model()), 0);

      assertThat(group.samples())
          .filteredOn(sample -> sample.type() == KernelType.BATCH_NORM)
          .hasSize(2)
          .allMatch(sample -> sample.ms() > 0);
    }
  }

  @Test
  void aTimingIsThatOfUndisturbedRuns() {
    List<Double> runs = new ArrayList<>();
    for (int run = 0; run < 24; run++) {
      runs.add(run % 3 == 0 ? 9.0 : 2.0);
    }

    Timing timing = Timing.of(runs, Statistic.UNDISTURBED);

    assertThat(timing.ms()).isEqualTo(2);
    assertThat(timing.runs()).isEqualTo(24);
    assertThat(timing.spreadMs()).isEqualTo(7);
  }

  @Test
  void aTimingMayBeTheMedianOfTheRuns() {
    assertThat(Timing.of(List.of(9.0, 1.0, 4.0), Statistic.MEDIAN).ms()).isEqualTo(4);
    assertThat(Timing.of(List.of(9.0, 1.0, 4.0, 2.0), Statistic.MEDIAN).ms()).isEqualTo(3);
  }

  @Test
  void pausesCountButNotAStretchInWhichSomethingElseRan() {
    List<Double> runs = new ArrayList<>();
    for (int run = 0; run < 50; run++) {
      runs.add(run < 10 ? 90.0 : run % 2 == 0 ? 11.0 : 1.0);
    }

    assertThat(Timing.withPauses(runs).ms()).isEqualTo(6);
  }

  @Test
  void shortKernelsAreStretchedByThePausesOfAllShortKernelsAndLongOnesTakeTheirMean() {
    List<Double> quick = List.of(1.0, 3.0, 1.0, 3.0, 1.0, 3.0, 1.0, 3.0, 1.0, 3.0);
    List<Double> slow = List.of(5.0, 15.0, 5.0, 15.0, 5.0, 15.0, 5.0, 15.0, 5.0, 15.0);
    KernelTimes times = new KernelTimes(List.of(quick, quick, slow), slow, Map.of());
    List<Timing> plain =
        times.kernelMs().stream().map(runs -> Timing.of(runs, Statistic.UNDISTURBED)).toList();

    List<Timing> paused = new Pauses().in(plain, times);

    assertThat(paused).extracting(Timing::ms).containsExactly(2.0, 2.0, 10.0);
  }
}
