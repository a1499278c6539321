package org.scalpel.train;

import java.util.ArrayList;
import java.util.List;
import org.scalpel.graph.Confidence;
import org.scalpel.graph.EarlyExits;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/**
 * Writes a trained network as one ONNX model with exits: its input is a picture, uint8 {@code
 * [1,side,side,3]}; its outputs are the logits of its end and the probabilities of every exit.
 */
final class OnnxWriter {
  private static final long OPSET = 17;

  private OnnxWriter() {}

  /**
   * The model.
   *
   * @param temperatures that the logits of every exit are divided by
   */
  static OnnxModel write(Network network, Weights weights, double[] temperatures) {
    int side = network.input().side();
    ModelBuilder model = ModelBuilder.opset(OPSET);
    model.input(
        network.input().name(),
        TensorFact.of(ElementType.FLOAT32, 1, network.input().channels(), side, side));
    network.steps().forEach(step -> step.write(model, weights));
    TensorFact answer = TensorFact.of(ElementType.FLOAT32, 1, Main.CLASSES);
    Network.Exit end = network.exits().get(network.exits().size() - 1);
    model.output(end.logits(), answer);
    List<EarlyExits.Exit> exits = new ArrayList<>();
    for (int i = 0; i < temperatures.length; i++) {
      Network.Exit exit = network.exits().get(i);
      probabilities(model, exit, temperatures[i]);
      model.output(exit.name(), answer);
      exits.add(
          new EarlyExits.Exit(
              exit.name(),
              exit.name(),
              exit.equals(end) ? end.logits() : exit.after(),
              temperatures[i]));
    }
    OnnxModel built = model.build();
    OnnxModel pictured =
        Preprocessing.of(built, Preprocessing.Fit.STRETCH, PictureSet.PIXELS).prepend(built);
    return new EarlyExits(1, Confidence.PROBABILITY.text(), Main.CLASSES, exits)
        .declaredBy(pictured);
  }

  private static void probabilities(ModelBuilder model, Network.Exit exit, double temperature) {
    String name = exit.name();
    String divisor = name + "/temperature";
    model.initializer(divisor, TensorData.ofFloats(new float[] {(float) temperature}, 1));
    model.node(
        ModelBuilder.node(
                name + "/div", "Div", List.of(exit.logits(), divisor), List.of(name + "/cooled"))
            .build());
    model.node(
        ModelBuilder.node(name + "/softmax", "Softmax", List.of(name + "/cooled"), List.of(name))
            .addAttribute(ModelBuilder.attribute("axis", 1L))
            .build());
  }
}
