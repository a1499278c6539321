package org.scalpel.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that tests read. */
final class Examples {
  private Examples() {}

  /** Three layers on three tiers; the best plan takes 64.769 ms. */
  static Path problem(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("problem.json"),
        """
        { "name": "example",
          "tiers":  [ {"name": "device"}, {"name": "edge"}, {"name": "cloud"} ],
          "layers": [ {"name": "conv1", "compute_ms": [20.0, 4.0, 1.0]},
                      {"name": "conv2", "compute_ms": [60.0, 12.0, 3.0]},
                      {"name": "fc",    "compute_ms": [30.0, 6.0, 1.5]} ],
          "tensors":[ {"name": "input", "producer": null, "consumers": ["conv1"], "bytes": 602112},
                      {"name": "t1", "producer": "conv1", "consumers": ["conv2", "fc"], "bytes": 50000},
                      {"name": "t2", "producer": "conv2", "consumers": ["fc"], "bytes": 20000},
                      {"name": "prob", "producer": "fc", "consumers": [], "bytes": 4000, "output": true} ],
          "links":  [ {"up_mbps": 18.88, "down_mbps": 54.97, "rtt_ms": 5.0},
                      {"up_mbps": 50.0,  "down_mbps": 50.0,  "rtt_ms": 40.0} ] }
        """);
  }
}
