package org.scalpel.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The times are printed; the bounds are loose on purpose: they tell linear from quadratic, also on
 * a busy machine.
 */
class SplitterScaleTest {
  @Test
  void tenThousandNodesAreCutWellWithinSeconds() {
    OnnxModel model = RandomModels.chain(10_000);
    long start = System.nanoTime();
    KernelGraph kernels = Cuts.kernels(model, new Random(1), 2);
    List<Segment.Piece> pieces = new ArrayList<>();
    for (int k = 0; k < kernels.kernels().size(); k++) {
      pieces.add(new Segment.Piece(0, List.of(k)));
    }
    Splitter splitter = new Splitter(model, kernels);
    var facts = Facts.guess(kernels);
    int extracted = 0;
    for (Segment segment : splitter.segments(pieces)) {
      extracted += splitter.extract(segment, facts, java.util.Map.of()).getGraph().getNodeCount();
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    System.out.printf("10,000 nodes into 10,000 segments: %d ms%n", took.toMillis());
    assertThat(extracted).isEqualTo(10_000);
    assertThat(took).as("10,000 nodes into as many segments").isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void tenThousandNodesAreCutForThreeTiersWellWithinSeconds() {
    OnnxModel model = RandomModels.chain(10_000);
    for (int repeat = 0; repeat < 3; repeat++) {
      long start = System.nanoTime();
      KernelGraph kernels = Cuts.kernels(model, new Random(1), 2);
      int[] tiers = Cuts.monotone(kernels, 3, new Random(2));
      long graph = System.nanoTime();
      Splitter splitter = new Splitter(model, kernels);
      var facts = Facts.guess(kernels);
      int extracted = 0;
      for (Segment segment : splitter.segments(tiers)) {
        extracted += splitter.extract(segment, facts, java.util.Map.of()).getGraph().getNodeCount();
      }
      Duration split = Duration.ofNanos(System.nanoTime() - graph);
      System.out.printf(
          "10,000 nodes into 3 segments: graph %d ms, split %d ms%n",
          Duration.ofNanos(graph - start).toMillis(), split.toMillis());
      assertThat(extracted).isEqualTo(10_000);
      assertThat(split).isLessThan(Duration.ofSeconds(5));
    }
  }
}
