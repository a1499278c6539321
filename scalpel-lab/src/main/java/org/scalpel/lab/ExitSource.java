package org.scalpel.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
import org.scalpel.testbed.OwnClassifier;

/**
 * Where a model with early exits comes from: the project's own classifiers, which have theirs, and
 * residual networks of the zoo, to which exits are attached. Labelled pictures are what the user
 * names ({@code --pictures}), else the zoo's ({@code $SCALPEL_ZOO/data/cifar10-jpeg}).
 *
 * @param name of the model
 * @param own the project's classifier, if it is one
 */
record ExitSource(String name, Optional<OwnClassifier> own) {
  private static final List<String> ZOO = List.of("resnet20_cifar10", "resnet56_cifar10");
  private static final int EXITS = 3;

  /** Cells along each side that attached heads average features over. */
  private static final int GRID = 3;

  /** Those whose files are there. */
  static List<ExitSource> all(Lab lab) {
    List<ExitSource> all = new ArrayList<>();
    if (test(lab).isPresent()) {
      OwnClassifier.present().forEach(own -> all.add(of(own)));
      ZOO.stream()
          .filter(name -> plain(name).isPresent() && tar("train").isPresent())
          .forEach(name -> all.add(new ExitSource(name, Optional.empty())));
    }
    return all;
  }

  private static ExitSource of(OwnClassifier own) {
    return new ExitSource(own.label(), Optional.of(own));
  }

  /** What is not taken because a file is missing, for people. */
  static Optional<String> leftOut(Lab lab) {
    List<String> here = all(lab).stream().map(ExitSource::name).toList();
    List<String> missing = new ArrayList<>();
    for (OwnClassifier own : OwnClassifier.values()) {
      if (!here.contains(own.label())) {
        missing.add(own.label() + " (not trained yet)");
      }
    }
    ZOO.stream()
        .filter(name -> !here.contains(name))
        .forEach(name -> missing.add(name + " (expected in SCALPEL_ZOO, with training pictures)"));
    return here.isEmpty() || missing.isEmpty()
        ? Optional.empty()
        : Optional.of("eddi: without " + String.join(", ", missing));
  }

  private static Optional<Path> tar(String which) {
    return Zoo.file("data/cifar10-jpeg/cifar10_" + which + "_jpg.tar");
  }

  private static Optional<Path> test(Lab lab) {
    return lab.options().pictures().or(() -> tar("test"));
  }

  private static Optional<Path> plain(String name) {
    return Zoo.file("models/resnet-cifar10/" + name + ".onnx");
  }

  /** The model with its exits, as {@link #model} keeps it. */
  Path file(Lab lab) {
    return lab.kept().resolve(name + ".onnx");
  }

  /** The model with its exits, made now unless it was before. */
  OnnxModel model(Lab lab, Engine engine) {
    if (own.isPresent()) {
      return OnnxModel.read(own.get().copyTo(lab.kept()));
    }
    if (!Files.exists(file(lab))) {
      attach(lab, engine);
    }
    return OnnxModel.read(file(lab));
  }

  private void attach(Lab lab, Engine engine) {
    lab.note().say("eddi: attaches exits to " + name);
    OnnxModel read = OnnxModel.read(plain(name).orElseThrow());
    OnnxModel model =
        Preprocessing.of(read, Preprocessing.Fit.STRETCH, Pixels.imageNet()).prepend(read);
    Classifier classifier = Classifier.of(engine, model, Optional.empty());
    Selection selection = Selection.DEFAULT.withMost(lab.pick(1500, 10_000)).withSeed(lab.seed());
    try (ClassifiedPictures pictures =
        ClassifiedPictures.open(tar("train").orElseThrow(), classifier.classes(), selection)) {
      ExitAttachment.Order order =
          new ExitAttachment.Order(EXITS, List.of(), GRID, Confidence.PROBABILITY, lab.seed(), 2);
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
    } catch (IOException e) {
      throw new UserException(file(lab) + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /** One half of the test pictures: the first is to calibrate, the second to evaluate. */
  ClassifiedPictures test(Lab lab, int classes, int part) {
    Selection selection =
        Selection.DEFAULT.withPart(part, 2).withMost(lab.pick(600, 10_000)).withSeed(lab.seed());
    return ClassifiedPictures.open(test(lab).orElseThrow(), classes, selection);
  }
}
