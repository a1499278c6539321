package org.scalpel.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.cost.Pictures;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.Session;
import org.scalpel.graph.EarlyExits;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.nn.Softmax;

/** Runs a written model where it will be used, and holds it against what was trained. */
final class Judge {
  private Judge() {}

  /** The probabilities of every exit for every picture: [exit][picture][class]. */
  static List<List<float[]>> probabilities(OnnxModel model, PictureSet judged) {
    EarlyExits exits = EarlyExits.of(model).orElseThrow();
    List<List<float[]>> all = new ArrayList<>();
    exits.exits().forEach(exit -> all.add(new ArrayList<>()));
    String input = model.inputs().get(0).name();
    try (Engine engine = new Engine(EngineOptions.DEFAULT);
        Session session = engine.open(model)) {
      for (int picture = 0; picture < judged.size(); picture++) {
        Map<String, TensorData> answers =
            session.run(Map.of(input, Pictures.tensor(judged.image(picture))));
        for (int exit = 0; exit < all.size(); exit++) {
          String output = exits.exits().get(exit).output();
          all.get(exit).add(Optional.ofNullable(answers.get(output)).orElseThrow().floats());
        }
      }
    }
    return all;
  }

  /** The largest difference between probabilities that a model gave and those of these logits. */
  static double difference(
      List<List<float[]>> probabilities, List<List<float[]>> logits, double[] temperatures) {
    double largest = 0;
    for (int exit = 0; exit < temperatures.length; exit++) {
      for (int row = 0; row < probabilities.get(exit).size(); row++) {
        float[] wanted = Softmax.of(logits.get(exit).get(row), temperatures[exit]);
        for (int c = 0; c < wanted.length; c++) {
          double off = Math.abs(probabilities.get(exit).get(row)[c] - wanted[c]);
          largest = Math.max(largest, off);
        }
      }
    }
    return largest;
  }

  /** The temperature of every exit that makes its probabilities honest on these pictures. */
  static double[] temperatures(List<List<float[]>> logits, PictureSet judged) {
    List<float[]> wanted = new ArrayList<>();
    for (int picture = 0; picture < judged.size(); picture++) {
      float[] row = new float[Main.CLASSES];
      row[judged.labelOf(picture)] = 1;
      wanted.add(row);
    }
    return logits.stream().mapToDouble(rows -> Softmax.temperature(rows, wanted)).toArray();
  }
}
