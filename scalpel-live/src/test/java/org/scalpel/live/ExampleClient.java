package org.scalpel.live;

import java.nio.file.Path;
import java.util.Map;
import org.scalpel.graph.TensorData;
import org.scalpel.tier.Execution;

/** The whole public way in: a configuration, one request at a time, then several in flight. */
final class ExampleClient {
  private ExampleClient() {}

  /** Arguments: a configuration file and the name of the model's float32 [1,3,224,224] input. */
  public static void main(String[] args) {
    TensorData input = TensorData.ofFloats(new float[3 * 224 * 224], 1, 3, 224, 224);
    try (ScalpelClient scalpel = ScalpelClient.open(Path.of(args[0]))) {
      Execution answer = scalpel.infer(Map.of(args[1], input));
      answer.outputs().forEach((name, tensor) -> System.out.println(name + " " + tensor.fact()));
      answer.stages().forEach(System.out::println);

      var first = scalpel.inferAsync(Map.of(args[1], input));
      var second = scalpel.inferAsync(Map.of(args[1], input));
      System.out.printf("%.3f ms, %.3f ms%n", first.join().totalMs(), second.join().totalMs());
    }
  }
}
