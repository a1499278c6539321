package org.scalpel.testbed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The project's own classifiers with early exits, for tests, experiments and demonstrations. Each
 * takes a picture, uint8 {@code [1,side,side,3]}, and answers with the logits of its end and the
 * probabilities of every exit, {@code [1,10]} each, in the order of {@link #CLASSES}. How they came
 * about stands beside them, in {@code scalpel-testbed/models}. Of these networks the {@link
 * #present trained} ones can be had.
 */
public enum OwnClassifier {
  /** Residual blocks, 32×32 pictures. */
  RESNET(32),
  /** Blocks of several branches, 32×32 pictures. */
  INCEPTION(32),
  /** Every channel by itself and then across, 96×96 pictures. */
  MOBILE(96);

  /** What they tell apart: the classes of CIFAR-10. */
  public static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private final int side;

  OwnClassifier(int side) {
    this.side = side;
  }

  /** Width and height of its pictures in pixels. */
  public int side() {
    return side;
  }

  /** Those whose weights are in the project. */
  public static List<OwnClassifier> present() {
    return Stream.of(values())
        .filter(own -> OwnClassifier.class.getResource(own.fileName()) != null)
        .toList();
  }

  /** What the network is called. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The name of its file. */
  public String fileName() {
    return label() + ".onnx";
  }

  /** The share of the test pictures that its end answers rightly, as its recipe says. */
  public double accuracy() {
    String name = label() + ".json";
    try (InputStream recipe = OwnClassifier.class.getResourceAsStream(name)) {
      if (recipe == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      JsonNode exits = new ObjectMapper().readTree(recipe).path("exits");
      return exits.path(exits.size() - 1).path("test_accuracy").asDouble();
    } catch (IOException e) {
      throw new TestbedException(name + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Copies the model into a folder, over any file of its name.
   *
   * @return the file
   * @throws TestbedException the folder cannot be written to
   */
  public Path copyTo(Path folder) {
    Path file = folder.resolve(fileName());
    try (InputStream model = OwnClassifier.class.getResourceAsStream(fileName())) {
      if (model == null) {
        throw new IllegalStateException(fileName() + " is not on the class path");
      }
      Files.copy(model, file, StandardCopyOption.REPLACE_EXISTING);
      return file;
    } catch (IOException e) {
      throw new TestbedException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }
}
