package org.scalpel.learn;

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
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;

/**
 * What every exit of a model says of every sample, and how sure it is: all that thresholds need, so
 * that any of them is judged without running the model again.
 *
 * @param modelSha256 of the model with exits
 * @param exits their names, the last is the model's own end
 * @param classes how many there are
 * @param labelled whether the classes of the samples are known; else the end's answers stand for
 *     them
 * @param rows the samples
 * @param skipped what was left out
 */
public record ExitSamples(
    String modelSha256,
    List<String> exits,
    int classes,
    boolean labelled,
    List<Row> rows,
    Skipped skipped) {
  /** Copies and checks. */
  public ExitSamples {
    exits = List.copyOf(exits);
    rows = List.copyOf(rows);
    for (Row row : rows) {
      if (row.answers().size() != exits.size()) {
        throw new LearnException(
            "a sample with %d answers; expected %d, one of each exit"
                .formatted(row.answers().size(), exits.size()));
      }
    }
  }

  /**
   * One sample.
   *
   * @param label its class, or that of the end's answer where no label is known
   * @param answers one of each exit
   */
  public record Row(int label, List<Answer> answers) {
    /** Copies. */
    public Row {
      answers = List.copyOf(answers);
    }
  }

  /**
   * What an exit says.
   *
   * @param answer the class
   * @param probability confidence by the largest probability
   * @param margin confidence by the largest probability less the second
   * @param entropy confidence by entropy
   */
  public record Answer(int answer, float probability, float margin, float entropy) {
    static Answer of(float[] probabilities) {
      return new Answer(
          FrozenFeatures.best(probabilities),
          (float) Confidence.PROBABILITY.of(probabilities),
          (float) Confidence.MARGIN.of(probabilities),
          (float) Confidence.ENTROPY.of(probabilities));
    }

    /** By this measure. */
    public float confidence(Confidence measure) {
      return switch (measure) {
        case PROBABILITY -> probability;
        case MARGIN -> margin;
        case ENTROPY -> entropy;
      };
    }
  }

  /** The exits that a model must have. */
  public static EarlyExits exitsOf(OnnxModel model) {
    return EarlyExits.of(model)
        .orElseThrow(
            () ->
                new LearnException(
                    model.label() + ": has no exits. Maybe add them: scalpel exits attach"));
  }

  /**
   * The same, with what was found kept in a file as it is found: a run that was broken off goes on
   * there. It is left to the caller to remove it when the result is safe.
   *
   * @throws LearnException likewise, or the file was begun with something else
   */
  public static ExitSamples collect(
      Engine engine,
      OnnxModel model,
      ClassifiedPictures pictures,
      int threads,
      ExitAttachment.Part part) {
    return ExitSampleRows.collect(engine, model, pictures, threads, part);
  }

  /**
   * Runs a model with exits over a data set.
   *
   * @throws LearnException the model has no exits, or too few samples can be used
   */
  public static ExitSamples collect(
      Engine engine, OnnxModel model, ClassifiedPictures pictures, int threads, Progress progress) {
    EarlyExits exits = exitsOf(model);
    String end = exits.exits().get(exits.exits().size() - 1).output();
    Classifier classifier = Classifier.of(engine, model, Optional.of(end));
    List<Row> rows = new ArrayList<>();
    List<String> broken = new ArrayList<>();
    List<String> notFinite = new ArrayList<>();
    try (Session session = engine.open(model)) {
      new PictureRuns(classifier, pictures, threads)
          .run(
              session,
              0,
              (sample, answers) -> {
                if (answers.isEmpty()) {
                  broken.add(pictures.nameOf(sample));
                } else {
                  row(exits, answers.get(), pictures.labelOf(sample))
                      .ifPresentOrElse(rows::add, () -> notFinite.add(pictures.nameOf(sample)));
                }
                progress.at("samples", (sample + 1.0) / pictures.size());
              });
    }
    return checked(model, exits, pictures, rows, new Skipped(broken, notFinite));
  }

  /**
   * The samples of a data set.
   *
   * @throws LearnException too few, or their labels are not the model's classes
   */
  static ExitSamples checked(
      OnnxModel model,
      EarlyExits exits,
      ClassifiedPictures pictures,
      List<Row> rows,
      Skipped skipped) {
    int seen = (int) rows.stream().map(Row::label).distinct().count();
    boolean labelled = pictures.labelled();
    Samples.requireSome(pictures.label(), rows.size(), skipped);
    ExitSamples all =
        new ExitSamples(model.sha256(), exits.names(), exits.classes(), labelled, rows, skipped);
    if (labelled) {
      Samples.requireMatching(pictures.label(), model.label(), all.accuracy(all.end()), seen);
    }
    return all;
  }

  /** What the exits say of a sample; nothing if one says NaN or infinity. */
  static Optional<Row> row(EarlyExits exits, Map<String, TensorData> found, int label) {
    List<Answer> answers = new ArrayList<>();
    for (EarlyExits.Exit exit : exits.exits()) {
      float[] values = Optional.ofNullable(found.get(exit.output())).orElseThrow().floats();
      for (float value : values) {
        if (!Float.isFinite(value)) {
          return Optional.empty();
        }
      }
      answers.add(Answer.of(values));
    }
    int end = answers.get(answers.size() - 1).answer();
    return Optional.of(new Row(label == ClassifiedPictures.UNKNOWN ? end : label, answers));
  }

  /** The number of the model's own end. */
  public int end() {
    return exits.size() - 1;
  }

  /** How often an exit would be right if it answered every sample. */
  public Share accuracy(int exit) {
    return new Share(
        rows.stream().filter(row -> row.answers().get(exit).answer() == row.label()).count(),
        rows.size());
  }

  /** Reads what {@link #write} wrote. */
  public static ExitSamples read(Path file) {
    return ExitSampleFiles.read(file);
  }

  /** Writes a line for each sample; compressed where the name ends in {@code .gz}. */
  public void write(Path file) {
    ExitSampleFiles.write(this, file);
  }
}
