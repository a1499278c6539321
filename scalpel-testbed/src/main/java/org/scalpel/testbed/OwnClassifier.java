package org.scalpel.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;

/**
 * The project's own classifiers with early exits, for tests, experiments and demonstrations. Each
 * takes a picture, uint8 {@code [1,side,side,3]}, and answers with the logits of its end and the
 * probabilities of every exit, {@code [1,10]} each, in the order of {@link #CLASSES}. How they came
 * about stands beside them, in {@code scalpel-testbed/models}.
 */
public enum OwnClassifier {
  /** Residual blocks, 32×32 pictures. */
  RESNET(32);

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

  /** The name of its file. */
  public String fileName() {
    return name().toLowerCase(Locale.ROOT) + ".onnx";
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
