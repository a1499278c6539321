package org.scalpel.train;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.scalpel.graph.OnnxModel;

/** All that makes a model: reading pictures, training, writing, judging. */
final class Work {
  private static final double CLOSE = 1e-3;
  private static final int COMPARED = 100;
  private static final double MILLION = 1e6;

  private final Network network;
  private final Course course;
  private final Log log;

  Work(Network network, Course course, Log log) {
    this.network = network;
    this.course = course;
    this.log = log;
  }

  /** Makes {@code NAME.onnx} and {@code NAME.json} in a folder. */
  void train(Path data, Optional<Path> test, Path folder) {
    log.line(
        String.format(
            Locale.ROOT,
            "%s: %.1f million operations for a picture, %,d numbers",
            network.name(),
            network.macs() / MILLION,
            network.numbers()));
    PictureSet all = read(data);
    if (course.heldOut() + course.batch() > all.size()) {
      throw new TrainException(
          "%s: %d pictures; expected %d to hold out and a batch of %d"
              .formatted(data, all.size(), course.heldOut(), course.batch()));
    }
    PictureSet kept = all.range(0, course.heldOut());
    PictureSet taught = all.range(course.heldOut(), all.size());
    try (NDManager memory = NDManager.newBaseManager()) {
      Files.createDirectories(folder);
      Trainer trainer = new Trainer(network, course, taught, kept, log);
      Trainer.Outcome outcome =
          trainer.train(memory, folder.resolve(network.name() + ".checkpoint"));
      List<List<float[]>> logits = trainer.logits(memory, outcome.weights(), kept);
      double[] temperatures = Judge.temperatures(logits, kept);
      OnnxModel model = OnnxWriter.write(network, outcome.weights(), temperatures);
      requireSame(model, kept.range(0, Math.min(COMPARED, kept.size())), logits, temperatures);
      Path file = folder.resolve(network.name() + ".onnx");
      model.write(file);
      double[] own = Trainer.accuracies(logits, kept);
      Optional<PictureSet> judged = test.map(this::read);
      double[] tested =
          judged
              .map(set -> Trainer.accuracies(Judge.probabilities(model, set), set))
              .orElse(new double[own.length]);
      new Recipe(
              command(),
              course,
              taught.size(),
              Math.round(outcome.seconds()),
              Recipe.here(),
              network.macs(),
              network.numbers(),
              OnnxModel.read(file).sha256(),
              judged.map(PictureSet::size).orElse(0),
              exits(temperatures, own, tested))
          .write(folder.resolve(network.name() + ".json"));
      log.line(file + ": held out " + Trainer.percents(own) + ", test " + Trainer.percents(tested));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PictureSet read(Path data) {
    PictureSet.Frame frame = new PictureSet.Frame(network.input().side(), Main.CLASSES);
    PictureSet read = PictureSet.read(data, frame, course.seed());
    log.line(data + ": " + read.size() + " pictures");
    return read;
  }

  private static void requireSame(
      OnnxModel model, PictureSet some, List<List<float[]>> logits, double[] temperatures) {
    double off = Judge.difference(Judge.probabilities(model, some), logits, temperatures);
    if (!(off < CLOSE)) {
      throw new IllegalStateException(
          "the written model answers otherwise than the trained one: by up to " + off);
    }
  }

  private List<Recipe.Exit> exits(double[] temperatures, double[] own, double[] tested) {
    List<Recipe.Exit> exits = new ArrayList<>();
    for (int i = 0; i < own.length; i++) {
      exits.add(new Recipe.Exit(network.exits().get(i).name(), temperatures[i], own[i], tested[i]));
    }
    return exits;
  }

  private String command() {
    return String.format(
        Locale.ROOT,
        "%s --data TRAIN.tar --test TEST.tar -o FOLDER --seed %d --epochs %s --fall %s --part %s --batch %d --rate %s --decay %s --smoothing %s --early %s --held-out %d",
        course.network(),
        course.seed(),
        course.epochs(),
        course.fall(),
        course.part(),
        course.batch(),
        course.rate(),
        course.decay(),
        course.smoothing(),
        course.early(),
        course.heldOut());
  }
}
