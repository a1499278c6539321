package org.scalpel.learn;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.codec.Image;
import org.scalpel.cost.Pictures;
import org.scalpel.engine.Engine;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/**
 * A model that takes a picture and answers with a number for each of its classes.
 *
 * @param model with its preprocessing at its head: its only input is uint8 {@code [N,H,W,3]}
 * @param width of its pictures
 * @param height of its pictures
 * @param output the tensor with a number for each class
 * @param rank how many dimensions that has
 * @param classes how many there are
 */
public record Classifier(
    OnnxModel model, int width, int height, String output, int rank, int classes) {
  private static final int PICTURE = 4;
  private static final int COLOURS = 3;

  /**
   * Finds out what a model answers, by running it once.
   *
   * @param output the output to take; empty for the only one that could be meant
   * @throws LearnException the model takes no pictures or is no classifier
   */
  public static Classifier of(Engine engine, OnnxModel model, Optional<String> output) {
    TensorFact input = input(model);
    int height = Math.toIntExact(input.shape().get(1));
    int width = Math.toIntExact(input.shape().get(2));
    Map<String, TensorFact> facts = facts(engine, model, width, height);
    List<OnnxModel.Value> meant =
        model.outputs().stream()
            .filter(
                value ->
                    output.isPresent()
                        ? value.name().equals(output.get())
                        : classes(facts, value.name()) > 1)
            .toList();
    String where = model.label() + ": ";
    if (output.isPresent() && meant.isEmpty()) {
      throw new LearnException(
          where
              + "no output '"
              + output.get()
              + "'; it has "
              + model.outputs().stream().map(OnnxModel.Value::name).toList());
    }
    if (meant.size() > 1) {
      throw new LearnException(
          where
              + "several outputs could be classes: "
              + meant.stream().map(OnnxModel.Value::name).toList()
              + ". Maybe say which: --answer NAME");
    }
    String name = meant.isEmpty() ? model.outputs().get(0).name() : meant.get(0).name();
    if (classes(facts, name) < 2) {
      throw new LearnException(
          where
              + "is not a classifier: output '"
              + name
              + "' is "
              + facts.get(name)
              + "; expected float32 [1,C], a number for each of two or more classes");
    }
    int rank = facts.getOrDefault(name, input).shape().size();
    return new Classifier(model, width, height, name, rank, classes(facts, name));
  }

  private static TensorFact input(OnnxModel model) {
    String where = model.label() + ": ";
    if (model.inputs().size() != 1) {
      throw new LearnException(
          where + "has " + model.inputs().size() + " inputs; expected one, that takes a picture");
    }
    OnnxModel.Value value = model.inputs().get(0);
    List<Long> shape = value.fact().shape();
    if (!Preprocessing.takesPictures(value.fact())) {
      throw new LearnException(
          where
              + "input '"
              + value.name()
              + "' is "
              + value.fact()
              + "; expected uint8 [N,H,W,3]. Maybe declare how pictures become its input: --recipe FILE");
    }
    if (shape.get(1) < 1 || shape.get(2) < 1) {
      throw new LearnException(
          where
              + "input '"
              + value.name()
              + "' leaves the size of pictures open. Maybe set width and height in the recipe");
    }
    return value.fact();
  }

  /** The facts of every tensor, for a batch of one. */
  static Map<String, TensorFact> facts(Engine engine, OnnxModel model, int width, int height) {
    Image grey = new Image(width, height, new byte[width * height * COLOURS]);
    return engine.facts(model, Map.of(model.inputs().get(0).name(), Pictures.tensor(grey)));
  }

  /** How many classes an output could have: all its numbers lie along one dimension. */
  private static int classes(Map<String, TensorFact> facts, String name) {
    TensorFact fact = facts.get(name);
    if (fact == null || fact.type() != ElementType.FLOAT32 || !fact.isStatic()) {
      return 0;
    }
    long most = fact.shape().stream().mapToLong(size -> size).max().orElse(0);
    return fact.shape().size() <= PICTURE && most == fact.elements() && most <= Integer.MAX_VALUE
        ? (int) most
        : 0;
  }

  /** The model's input for a picture of any size. */
  public Map<String, TensorData> input(Image picture) {
    String name = model.inputs().get(0).name();
    Preprocessing.Fit fit = Preprocessing.fit(model, name).orElse(Preprocessing.Fit.STRETCH);
    return Map.of(name, Pictures.tensor(Pictures.fitted(picture, fit, width, height)));
  }
}
