package org.scalpel.learn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.cost.Progress;
import org.scalpel.engine.Engine;
import org.scalpel.engine.Session;
import org.scalpel.graph.Confidence;
import org.scalpel.graph.EarlyExits;
import org.scalpel.graph.ExitHead;
import org.scalpel.graph.ExitPlace;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.nn.Softmax;
import org.scalpel.nn.Training;

/**
 * Attaches early exits to a pretrained classifier. The model stays as it is: it runs once over the
 * samples, its pooled features go to a file, heads are trained on them one after the other, with
 * labels or by imitating the model's own answer where there are none. Every head, and the model's
 * own end, gets a temperature on samples that nothing was learned from.
 */
public final class ExitAttachment {
  private static final double EXTRACTION = 0.7;
  private static final String END = "final";

  /**
   * What is asked for.
   *
   * @param exits how many, evenly spaced in multiply-accumulate operations
   * @param after kernels or nodes behind which they stand instead; empty for evenly spaced ones
   * @param grid cells along each side over which features are averaged; 1 for the whole picture
   * @param confidence that the model declares
   * @param seed of everything random
   * @param threads that work
   */
  public record Order(
      int exits, List<String> after, int grid, Confidence confidence, long seed, int threads) {
    /** Three exits. */
    public static final Order DEFAULT = new Order(3, List.of(), 1, Confidence.PROBABILITY, 0, 2);

    /** Checks the numbers, copies the names. */
    public Order {
      after = List.copyOf(after);
      if (exits < 1 || grid < 1 || threads < 1) {
        throw new LearnException(
            "%d exits, a grid of %d, %d threads; expected 1 or more"
                .formatted(exits, grid, threads));
      }
    }
  }

  /**
   * One exit.
   *
   * @param name as calibrations and plans call it
   * @param after the tensor that it reads
   * @param features how many numbers its head reads
   * @param temperature that its logits are divided by
   * @param accuracy on samples that were kept apart: of labels, or of the model's own answers
   * @param agreement with the model's own answers on the same
   */
  public record Exit(
      String name,
      String after,
      int features,
      double temperature,
      Share accuracy,
      Share agreement) {}

  /**
   * What came of it.
   *
   * @param model with its exits
   * @param exits the last is the model's own end
   * @param samples that could be used
   * @param labelled whether labels taught the heads; the model itself otherwise
   * @param skipped samples that were left out, and why
   * @param own the model's own accuracy over all samples
   */
  public record Result(
      OnnxModel model,
      List<Exit> exits,
      int samples,
      boolean labelled,
      Skipped skipped,
      Share own) {
    /** Copies. */
    public Result {
      exits = List.copyOf(exits);
    }
  }

  private final Engine engine;
  private final Classifier classifier;
  private final ClassifiedPictures pictures;
  private final Order order;
  private final Progress progress;

  private ExitAttachment(
      Engine engine,
      Classifier classifier,
      ClassifiedPictures pictures,
      Order order,
      Progress progress) {
    this.engine = engine;
    this.classifier = classifier;
    this.pictures = pictures;
    this.order = order;
    this.progress = progress;
  }

  /**
   * Attaches exits.
   *
   * @param part where features are kept; a run that was broken off goes on from there. It is left
   *     to the caller to remove it when the result is safe
   * @throws LearnException too few usable samples, labels that do not match, no place for an exit
   */
  public static Result attach(
      Engine engine, Classifier classifier, ClassifiedPictures pictures, Order order, Part part) {
    return new ExitAttachment(engine, classifier, pictures, order, part.progress())
        .attach(part.file());
  }

  /**
   * Long work.
   *
   * @param file where features are kept
   * @param progress who is told
   */
  public record Part(Path file, Progress progress) {}

  private Result attach(Path file) {
    OnnxModel model = classifier.model();
    if (EarlyExits.of(model).isPresent()) {
      throw new LearnException(model.label() + ": has exits already; expected a model without");
    }
    KernelGraph kernels = engine.kernels(model);
    Map<String, TensorFact> facts =
        Classifier.facts(engine, model, classifier.width(), classifier.height());
    ExitPlaces all = new ExitPlaces(kernels, facts, order.grid());
    List<ExitPlace> places =
        order.after().isEmpty() ? all.evenly(order.exits()) : all.at(order.after());
    Samples.requireEnough(pictures.label(), pictures.size(), 0, new Skipped(List.of(), List.of()));
    int width = places.stream().mapToInt(ExitPlace::features).sum() + classifier.classes();
    try (FeatureFile features = FeatureFile.open(file, header(places), width)) {
      extract(places, features, width);
      FrozenFeatures frozen =
          new FrozenFeatures(features, width, classifier.classes(), pictures, order.seed());
      Skipped skipped = Skipped.of(frozen, pictures);
      check(frozen, skipped);
      return train(places, frozen, skipped);
    } catch (TooFewException few) {
      throw few.without(file);
    }
  }

  /** What the features are of; another of it makes them useless. */
  private String header(List<ExitPlace> places) {
    ObjectNode json = TextFiles.JSON.createObjectNode();
    json.put("schema", 1).put("model_sha256", classifier.model().sha256());
    json.put("output", classifier.output()).put("classes", classifier.classes());
    json.put("data", pictures.fingerprint()).put("samples", pictures.size());
    for (ExitPlace place : places) {
      json.withArray("places").addObject().put("after", place.after()).put("grid", place.grid());
    }
    return json.toString();
  }

  private void extract(List<ExitPlace> places, FeatureFile features, int width) {
    OnnxModel observed = ExitPlace.observed(classifier.model(), places);
    try (Session session = engine.open(observed)) {
      new PictureRuns(classifier, pictures, order.threads())
          .run(
              session,
              features.rows(),
              (sample, answers) -> {
                float[] row = new float[width];
                int state =
                    answers
                        .map(found -> row(places, found, row))
                        .map(finite -> finite ? FeatureFile.USABLE : FeatureFile.NOT_FINITE)
                        .orElse(FeatureFile.BROKEN);
                features.append(state, row);
                progress.at("features", EXTRACTION * (sample + 1) / pictures.size());
              });
    }
  }

  /** Fills a row; false if something in it is not finite. */
  private boolean row(List<ExitPlace> places, Map<String, TensorData> answers, float[] row) {
    int at = 0;
    List<String> names = new ArrayList<>(places.stream().map(ExitPlace::featuresName).toList());
    names.add(classifier.output());
    boolean finite = true;
    for (String name : names) {
      float[] values = Optional.ofNullable(answers.get(name)).orElseThrow().floats();
      System.arraycopy(values, 0, row, at, values.length);
      at += values.length;
      for (float value : values) {
        finite &= Float.isFinite(value);
      }
    }
    return finite;
  }

  private void check(FrozenFeatures frozen, Skipped skipped) {
    Samples.requireEnough(
        pictures.label(), frozen.size(), pictures.labelled() ? frozen.seen() : 0, skipped);
    if (pictures.labelled()) {
      Samples.requireMatching(
          pictures.label(), classifier.model().label(), frozen.accuracy(), frozen.seen());
    }
  }

  private Result train(List<ExitPlace> places, FrozenFeatures frozen, Skipped skipped) {
    HeadTraining training = new HeadTraining(frozen, Training.CLASSES, order.seed());
    List<ExitHead> heads = new ArrayList<>();
    List<Exit> exits = new ArrayList<>();
    int from = 0;
    for (ExitPlace place : places) {
      HeadTraining.Trained one = training.train(place, from);
      from += place.features();
      heads.add(one.head());
      exits.add(
          new Exit(
              place.name(),
              place.after(),
              place.features(),
              one.head().temperature(),
              one.accuracy(),
              one.agreement()));
      progress.at("heads", EXTRACTION + (1 - EXTRACTION) * heads.size() / places.size());
    }
    ExitHead.End end = end(frozen);
    exits.add(own(frozen, end.temperature()));
    OnnxModel model = ExitHead.attached(classifier.model(), heads, end, order.confidence());
    return new Result(model, exits, frozen.size(), pictures.labelled(), skipped, frozen.accuracy());
  }

  private ExitHead.End end(FrozenFeatures frozen) {
    // Without labels the model cannot be held against anything: its own confidence is kept.
    double temperature =
        pictures.labelled()
            ? Softmax.temperature(
                frozen.kept().stream().map(frozen::logits).toList(),
                frozen.kept().stream().map(frozen::wanted).toList())
            : 1;
    return new ExitHead.End(
        END, classifier.output(), classifier.rank(), frozen.probabilities(), temperature);
  }

  private Exit own(FrozenFeatures frozen, double temperature) {
    long right = frozen.kept().stream().filter(s -> frozen.answer(s) == frozen.right(s)).count();
    int count = frozen.kept().size();
    return new Exit(
        END,
        classifier.output(),
        classifier.classes(),
        temperature,
        new Share(right, count),
        new Share(count, count));
  }
}
