package org.scalpel.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.scalpel.app.UserException;
import org.scalpel.engine.Engine;
import org.scalpel.graph.Confidence;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Pixels;
import org.scalpel.graph.Preprocessing;
import org.scalpel.learn.ClassifiedPictures;
import org.scalpel.learn.Classifier;
import org.scalpel.learn.ExitAttachment;
import org.scalpel.learn.Selection;

/**
 * Where a model with early exits comes from: a residual network of the zoo to which exits are
 * attached, with labelled pictures of the zoo ({@code $SCALPEL_ZOO/data/cifar10-jpeg}).
 *
 * @param name of the model
 * @param grid cells along each side that heads average features over
 */
record ExitSource(String name, int grid) {
  private static final List<ExitSource> ALL =
      List.of(new ExitSource("resnet20_cifar10", 3), new ExitSource("resnet56_cifar10", 3));

  /** Those whose files are there. */
  static List<ExitSource> all() {
    return ALL.stream()
        .filter(source -> source.plain().isPresent() && tar("test").isPresent())
        .toList();
  }

  private static Optional<Path> tar(String which) {
    return Zoo.file("data/cifar10-jpeg/cifar10_" + which + "_jpg.tar");
  }

  private Optional<Path> plain() {
    return Zoo.file("models/resnet-cifar10/" + name + ".onnx");
  }

  /** The model with its exits, as {@link #model} keeps it. */
  Path file(Lab lab) {
    return lab.kept().resolve(name + ".onnx");
  }

  /** The model with its exits, made now unless it was before. */
  OnnxModel model(Lab lab, Engine engine) {
    if (!Files.exists(file(lab))) {
      attach(lab, engine);
    }
    return OnnxModel.read(file(lab));
  }

  private void attach(Lab lab, Engine engine) {
    lab.note().say("eddi: attaches exits to " + name);
    OnnxModel read = OnnxModel.read(plain().orElseThrow());
    OnnxModel model =
        Preprocessing.of(read, Preprocessing.Fit.STRETCH, Pixels.imageNet()).prepend(read);
    Classifier classifier = Classifier.of(engine, model, Optional.empty());
    Selection selection = Selection.DEFAULT.withMost(lab.pick(1500, 10_000)).withSeed(lab.seed());
    try (ClassifiedPictures pictures =
        ClassifiedPictures.open(tar("train").orElseThrow(), classifier.classes(), selection)) {
      ExitAttachment.Order order =
          new ExitAttachment.Order(3, List.of(), grid, Confidence.PROBABILITY, lab.seed(), 2);
      Path part = lab.kept().resolve(name + ".features");
      ExitAttachment.Result result =
          ExitAttachment.attach(
              engine,
              classifier,
              pictures,
              order,
              new ExitAttachment.Part(part, (step, share) -> {}));
      Path beside = lab.kept().resolve(name + ".part.onnx");
      result.model().write(beside);
      Files.move(beside, file(lab));
      Files.deleteIfExists(part);
    } catch (java.io.IOException e) {
      throw new UserException(file(lab) + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /** One half of the test pictures: the first is to calibrate, the second to evaluate. */
  ClassifiedPictures test(Lab lab, int classes, int part) {
    Selection selection =
        Selection.DEFAULT.withPart(part, 2).withMost(lab.pick(600, 10_000)).withSeed(lab.seed());
    return ClassifiedPictures.open(tar("test").orElseThrow(), classes, selection);
  }
}
