package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.scalpel.codec.Image;
import org.scalpel.engine.Assignments;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.SegmentChain;
import org.scalpel.engine.Session;
import org.scalpel.graph.EarlyExits;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.learn.ClassifiedPictures;
import org.scalpel.learn.Classifier;
import org.scalpel.learn.Selection;
import org.scalpel.testbed.OwnClassifier;

/** The committed classifiers are what their description says. */
class OwnClassifierTest {
  private static final long MOST_BYTES = 2_000_000;
  private static final int PICTURES = 2_000;

  private static final double STANDARD_ERRORS = 3;

  @TempDir Path folder;

  static List<OwnClassifier> present() {
    return OwnClassifier.present();
  }

  private static Image noise(int side, long seed) {
    byte[] rgb = new byte[side * side * 3];
    new Random(seed).nextBytes(rgb);
    return new Image(side, side, rgb);
  }

  private static TensorData answer(Map<String, TensorData> answers, String name) {
    return Optional.ofNullable(answers.get(name)).orElseThrow();
  }

  private Classifier classifier(Engine engine, OwnClassifier own) {
    OnnxModel model = OnnxModel.read(own.copyTo(folder));
    return Classifier.of(engine, model, Optional.of("logits"));
  }

  @ParameterizedTest
  @MethodSource("present")
  void isASmallModelWithEarlyExitsForPicturesOfItsSize(OwnClassifier own) throws IOException {
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      Classifier classifier = classifier(engine, own);
      EarlyExits exits = EarlyExits.of(classifier.model()).orElseThrow();

      assertThat(Files.size(own.copyTo(folder))).isLessThan(MOST_BYTES);
      assertThat(classifier.width()).isEqualTo(own.side());
      assertThat(classifier.height()).isEqualTo(own.side());
      assertThat(classifier.classes()).isEqualTo(OwnClassifier.CLASSES.size());
      assertThat(exits.names()).hasSizeBetween(3, 5).last().isEqualTo("final");
      KernelGraph kernels = engine.kernels(classifier.model());
      assertThat(exits.stages(kernels)).contains(0, exits.names().size() - 1);
    }
  }

  @ParameterizedTest
  @MethodSource("present")
  void answersWithProbabilitiesAtEveryExitInOnePartAsInSeveral(OwnClassifier own) {
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      Classifier classifier = classifier(engine, own);
      OnnxModel model = classifier.model();
      Map<String, TensorData> input = classifier.input(noise(own.side(), 1));
      KernelGraph kernels = engine.kernels(model);
      Map<String, TensorFact> facts = engine.facts(model, input);
      Random random = new Random(2);
      try (Session whole = engine.open(model)) {
        Map<String, TensorData> answers = whole.run(input);
        for (EarlyExits.Exit exit : EarlyExits.of(model).orElseThrow().exits()) {
          float[] probabilities = answer(answers, exit.output()).floats();
          double sum = 0;
          for (float probability : probabilities) {
            sum += probability;
          }
          assertThat(probabilities).hasSize(OwnClassifier.CLASSES.size());
          assertThat(sum).isCloseTo(1, within(1e-4));
        }
        for (int round = 0; round < 3; round++) {
          int[] tiers = Assignments.random(kernels, 3, random);
          try (SegmentChain chain = new SegmentChain(engine, kernels, facts, tiers)) {
            Map<String, TensorData> split = chain.run(input).tensors();
            answers.forEach(
                (name, wanted) ->
                    assertThat(answer(split, name).floats())
                        .as(name)
                        .containsExactly(wanted.floats(), within(1e-4f)));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("present")
  void isAsAccurateOnTestPicturesAsItsRecipeSays(OwnClassifier own) {
    String zoo = System.getenv("SCALPEL_ZOO");
    Path data = Path.of(zoo == null ? "" : zoo, "data/cifar10-jpeg/cifar10_test_jpg.tar");
    assumeTrue(
        zoo != null && Files.exists(data),
        "SKIPPED: set SCALPEL_ZOO to a folder with data/cifar10-jpeg to test accuracy");
    Selection some = Selection.DEFAULT.withMost(PICTURES);
    try (Engine engine = new Engine(EngineOptions.DEFAULT);
        ClassifiedPictures pictures =
            ClassifiedPictures.open(data, OwnClassifier.CLASSES.size(), some)) {
      Classifier classifier = classifier(engine, own);
      int right = 0;
      try (Session session = engine.open(classifier.model())) {
        for (int sample = 0; sample < pictures.size(); sample++) {
          Map<String, TensorData> input = classifier.input(pictures.image(sample).orElseThrow());
          TensorData answer = answer(session.run(input), "final");
          right += answer.argmax() == pictures.labelOf(sample) ? 1 : 0;
        }
      }
      double said = own.accuracy();
      double luck = STANDARD_ERRORS * Math.sqrt(said * (1 - said) / pictures.size());
      assertThat((double) right / pictures.size()).isGreaterThanOrEqualTo(said - luck);
    }
  }
}
