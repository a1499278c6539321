package org.scalpel.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GivenCodecsTest {
  private static final String TEXT =
      """
      {"name": "codecs", "tiers": [{"name": "device"}, {"name": "edge"}, {"name": "cloud"}],
       "layers": [{"name": "a", "compute_ms": [1, 9, 9]}, {"name": "b", "compute_ms": [9, 9, 1]}],
       "tensors": [
         {"name": "x", "producer": null, "consumers": ["a"], "bytes": 1000},
         {"name": "t", "producer": "a", "consumers": ["b"], "bytes": 100000,
          "codecs": [{"name": "raw", "bytes": 100000},
                     {"name": "zstd", "bytes": 50000, "encode_ms": [4, 2, 1], "decode_ms": [2, 1, 0.5]}]},
         {"name": "y", "producer": "b", "consumers": [], "bytes": 0, "output": true}],
       "links": [{"up_mbps": 8, "down_mbps": 8, "rtt_ms": 0}, {"up_mbps": 800, "down_mbps": 800, "rtt_ms": 0}]}
      """;

  @Test
  void aPartitionCostsWhatItsOwnCodecsCostNotTheCheapestOnes() {
    Problem problem = ProblemJson.read(TEXT, "text");
    Assignment split = Assignment.of(new int[] {0, 2});
    Partition best = Cost.partition(problem, split);
    assertThat(best.codecs()).isEqualTo(Map.of("t", Map.of("device->edge", "zstd")));
    // a 1, encode 4, 50 ms, decode 1, raw over the second link 1 ms, b 1.
    assertThat(best.latencyMs()).isCloseTo(58, within(1e-9));
    assertThat(Cost.partition(problem, split, best.codecs())).isEqualTo(best);
    assertThat(Cost.partition(problem, split, Map.of()).latencyMs()).isCloseTo(103, within(1e-9));
    Partition both =
        Cost.partition(
            problem, split, Map.of("t", Map.of("device->edge", "zstd", "edge->cloud", "zstd")));
    assertThat(both.latencyMs()).isCloseTo(57 + 2 + 0.5 + 0.5, within(1e-9));
    assertThat(both.codecs().get("t")).containsOnlyKeys(List.of("device->edge", "edge->cloud"));
    assertThat(Cost.partition(problem, split, Map.of("t", Map.of("device->edge", "png"))))
        .as("a codec that the tensor has not")
        .isEqualTo(Cost.partition(problem, split, Map.of()));
  }
}
