package org.scalpel.lab;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.cost.Pictures;
import org.scalpel.cost.Profile;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.cost.ProfileOptions.PictureInput;
import org.scalpel.cost.Profiler;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.Confidence;
import org.scalpel.graph.EarlyExits;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.learn.ClassifiedPictures;
import org.scalpel.learn.Classifier;
import org.scalpel.learn.ExitCalibration;
import org.scalpel.learn.ExitSamples;
import org.scalpel.learn.ExitWork;
import org.scalpel.plan.Exits;

/**
 * A model with early exits, what it says of every sample, and how long its kernels take.
 *
 * @param model with its exits
 * @param profile of this machine, without dilation
 * @param samples what the model says of every picture
 * @param exits the calibrated points, all exits of the model in them
 */
record ExitSubject(
    OnnxModel model,
    EarlyExits declared,
    Profile profile,
    KernelGraph kernels,
    Samples samples,
    Exits exits) {

  private static final int FILES = 1000;

  // Of a JPEG made anew, which is not offered: it loses something.
  private static final double QUALITY = 0.9;

  /**
   * All samples.
   *
   * @param calibration what thresholds are made from
   * @param evaluation others, by which everything is judged
   */
  record Samples(ExitSamples calibration, ExitSamples evaluation) {}

  /** What the model is called. */
  String name() {
    return String.valueOf(Path.of(model.label()).getFileName()).replaceFirst("\\.onnx$", "");
  }

  /** Measures everything and keeps it in files for {@link #read}. */
  static void prepare(ExitSource source, Lab lab) {
    Path folder = lab.kept();
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      OnnxModel model = source.model(lab, engine);
      EarlyExits declared = ExitSamples.exitsOf(model);
      for (int part = 1; part <= 2; part++) {
        lab.note()
            .say("eddi: %s answers part %d of the test pictures".formatted(source.name(), part));
        try (ClassifiedPictures pictures = source.test(lab, declared.classes(), part)) {
          ExitSamples.collect(engine, model, pictures, 2, (step, share) -> {})
              .write(samplesFile(folder, source, part));
        }
      }
      lab.note().say("eddi: profiles " + source.name());
      try (ClassifiedPictures pictures = source.test(lab, declared.classes(), 1)) {
        ProfileOptions options =
            ProfileOptions.DEFAULT
                .withBudget(Duration.ofSeconds(lab.pick(3, 10)))
                .withPictures(file(engine, model, pictures).stream().toList());
        new Profiler(engine)
            .profile(
                engine.kernels(model), input(engine, model, pictures, 0), options, (s, p) -> {})
            .write(profileFile(folder, source));
      }
    }
  }

  /** What {@link #prepare} kept. */
  static ExitSubject read(ExitSource source, Lab lab) {
    OnnxModel model = OnnxModel.read(source.file(lab));
    Profile profile = Profile.read(profileFile(lab.kept(), source));
    ExitSamples calibration = ExitSamples.read(samplesFile(lab.kept(), source, 1));
    ExitSamples evaluation = ExitSamples.read(samplesFile(lab.kept(), source, 2));
    EarlyExits declared = ExitSamples.exitsOf(model);
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      Exits exits =
          ExitCalibration.of(
                  calibration,
                  ExitWork.of(engine, model),
                  Confidence.PROBABILITY,
                  lab.pick(40, 120))
              .exits();
      return new ExitSubject(
          model,
          declared,
          profile,
          profile.kernels(model),
          new Samples(calibration, evaluation),
          exits);
    }
  }

  /** A picture of the data set as the model's input. */
  static Map<String, TensorData> input(
      Engine engine, OnnxModel model, ClassifiedPictures pictures, int sample) {
    List<EarlyExits.Exit> all = ExitSamples.exitsOf(model).exits();
    Optional<String> end = Optional.of(all.get(all.size() - 1).output());
    return Classifier.of(engine, model, end).input(pictures.image(sample).orElseThrow());
  }

  /** Of the first pictures the one with the largest file, so that no plan counts on less. */
  private static Optional<PictureInput> file(
      Engine engine, OnnxModel model, ClassifiedPictures pictures) {
    int largest = 0;
    int most = 0;
    for (int sample = 0; sample < Math.min(FILES, pictures.size()); sample++) {
      int bytes = pictures.file(sample).map(file -> file.length).orElse(0);
      if (bytes > most) {
        most = bytes;
        largest = sample;
      }
    }
    String tensor = model.inputs().get(0).name();
    Map<String, TensorData> input = input(engine, model, pictures, largest);
    return pictures
        .file(largest)
        .map(
            bytes ->
                new PictureInput(
                    tensor,
                    Pictures.of(Optional.ofNullable(input.get(tensor)).orElseThrow()),
                    QUALITY,
                    Optional.of(ByteBuffer.wrap(bytes))));
  }

  private static Path samplesFile(Path folder, ExitSource source, int part) {
    return folder.resolve("%s.part%d.jsonl.gz".formatted(source.name(), part));
  }

  private static Path profileFile(Path folder, ExitSource source) {
    return folder.resolve(source.name() + ".profile.json");
  }
}
