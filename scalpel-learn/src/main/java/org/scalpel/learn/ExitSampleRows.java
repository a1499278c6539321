package org.scalpel.learn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.scalpel.engine.Engine;
import org.scalpel.engine.Session;
import org.scalpel.graph.EarlyExits;
import org.scalpel.graph.OnnxModel;

/**
 * {@link ExitSamples} on their way: for every sample and exit its class and three confidences, as
 * numbers in a {@link FeatureFile}.
 */
final class ExitSampleRows {
  private static final int NUMBERS = 4;

  private ExitSampleRows() {}

  static ExitSamples collect(
      Engine engine,
      OnnxModel model,
      ClassifiedPictures pictures,
      int threads,
      ExitAttachment.Part part) {
    EarlyExits exits = ExitSamples.exitsOf(model);
    int count = exits.exits().size();
    Classifier classifier =
        Classifier.of(engine, model, Optional.of(exits.exits().get(count - 1).output()));
    int width = count * NUMBERS;
    try (FeatureFile file = FeatureFile.open(part.file(), header(model, pictures), width);
        Session session = engine.open(model)) {
      new PictureRuns(classifier, pictures, threads)
          .run(
              session,
              file.rows(),
              (sample, answers) -> {
                float[] numbers = new float[width];
                int state =
                    answers
                        .map(
                            found ->
                                ExitSamples.row(exits, found, ClassifiedPictures.UNKNOWN)
                                    .map(row -> write(row, numbers))
                                    .orElse(FeatureFile.NOT_FINITE))
                        .orElse(FeatureFile.BROKEN);
                file.append(state, numbers);
                part.progress().at("samples", (sample + 1.0) / pictures.size());
              });
      return read(model, exits, pictures, file);
    } catch (TooFewException few) {
      throw few.without(part.file());
    }
  }

  /** What the numbers are of; another of it makes them useless. */
  private static String header(OnnxModel model, ClassifiedPictures pictures) {
    ObjectNode json = TextFiles.JSON.createObjectNode();
    json.put("schema", 1).put("exits_of_sha256", model.sha256());
    json.put("data", pictures.fingerprint()).put("samples", pictures.size());
    return json.toString();
  }

  private static int write(ExitSamples.Row row, float[] numbers) {
    int at = 0;
    for (ExitSamples.Answer answer : row.answers()) {
      numbers[at++] = answer.answer();
      numbers[at++] = answer.probability();
      numbers[at++] = answer.margin();
      numbers[at++] = answer.entropy();
    }
    return FeatureFile.USABLE;
  }

  private static ExitSamples read(
      OnnxModel model, EarlyExits exits, ClassifiedPictures pictures, FeatureFile file) {
    List<ExitSamples.Row> rows = new ArrayList<>();
    List<String> broken = new ArrayList<>();
    List<String> notFinite = new ArrayList<>();
    file.scan(
        (sample, state, numbers) -> {
          switch (state) {
            case FeatureFile.BROKEN -> broken.add(pictures.nameOf(sample));
            case FeatureFile.NOT_FINITE -> notFinite.add(pictures.nameOf(sample));
            default -> rows.add(row(numbers, pictures.labelOf(sample)));
          }
        });
    return ExitSamples.checked(model, exits, pictures, rows, new Skipped(broken, notFinite));
  }

  private static ExitSamples.Row row(float[] numbers, int label) {
    List<ExitSamples.Answer> answers = new ArrayList<>();
    for (int at = 0; at < numbers.length; at += NUMBERS) {
      answers.add(
          new ExitSamples.Answer(
              (int) numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3]));
    }
    int end = answers.get(answers.size() - 1).answer();
    return new ExitSamples.Row(label == ClassifiedPictures.UNKNOWN ? end : label, answers);
  }
}
