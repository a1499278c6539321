package org.scalpel.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.scalpel.graph.EarlyExits;
import org.scalpel.graph.OnnxModel;

class OnnxWriterTest {
  private static final int PICTURES = 8;
  private static final long MOST_NUMBERS = 490_000;
  private static final double MOST_MACS = 15e6;

  @ParameterizedTest
  @EnumSource
  void theWrittenModelAnswersAsTheTrainedNetwork(Networks one) {
    Network network = one.of(Main.CLASSES);
    int side = network.input().side();
    PictureSet pictures = Made.pictures(side, PICTURES, 5);
    Trainer trainer =
        new Trainer(
            network,
            Made.course(1),
            pictures,
            pictures,
            new Log(new PrintWriter(Writer.nullWriter())));
    try (NDManager memory = NDManager.newBaseManager()) {
      Weights weights = Weights.begin(memory, network, 7);
      // Once as in training, so that batch normalisation has something to fold.
      NDArray batch =
          memory.create(
              pictures.batch(IntStream.range(0, PICTURES).toArray()),
              new Shape(PICTURES, 3, side, side));
      network.run(batch, weights, true);
      List<List<float[]>> logits = trainer.logits(memory, weights, pictures);
      double[] temperatures = network.exits().stream().mapToDouble(exit -> 1.5).toArray();

      OnnxModel model = OnnxWriter.write(network, weights, temperatures);

      assertThat(Judge.difference(Judge.probabilities(model, pictures), logits, temperatures))
          .isLessThan(1e-3);
      assertThat(EarlyExits.of(model).orElseThrow().names())
          .isEqualTo(network.exits().stream().map(Network.Exit::name).toList());
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyNetworkIsSmall(Networks one) {
    Network network = one.of(Main.CLASSES);
    assertThat(network.numbers()).isLessThan(MOST_NUMBERS);
    assertThat((double) network.macs()).isLessThan(MOST_MACS);
  }
}
