package org.scalpel.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.scalpel.codec.Image;
import org.scalpel.cost.Pictures;
import org.scalpel.graph.Pixels;
import org.scalpel.graph.Preprocessing;
import org.scalpel.learn.ClassifiedPictures;
import org.scalpel.learn.Selection;

/** Labelled pictures, decoded once and kept in memory, one byte for each colour of each pixel. */
final class PictureSet {
  /** How the networks take pixels: with the mean and deviation of this kind of picture. */
  static final Pixels PIXELS =
      new Pixels(
          Pixels.Order.RGB,
          Pixels.Layout.NCHW,
          1 / 255.0,
          List.of(0.4914, 0.4822, 0.4465),
          List.of(0.2470, 0.2435, 0.2616));

  private static final int COLOURS = 3;
  private static final int SHADES = 256;
  private static final int SHIFTS = 16;
  private static final int MOST = 1 << 20;
  private static final float[][] NUMBERS = numbers();

  private final int side;
  private final byte[][] pictures;
  private final int[] labels;

  PictureSet(int side, byte[][] pictures, int[] labels) {
    this.side = side;
    this.pictures = pictures;
    this.labels = labels;
  }

  /**
   * Decodes a data set and brings every picture to a size, as the model's users will.
   *
   * @param seed of the shuffle, the same as {@code --seed} of the verbs under {@code exits}
   */
  static PictureSet read(Path data, Frame frame, long seed) {
    Selection all = new Selection(MOST, 1, 1, seed, true, Optional.empty());
    try (ClassifiedPictures source = ClassifiedPictures.open(data, frame.classes(), all)) {
      if (!source.labelled()) {
        throw new TrainException(data + ": pictures without classes; expected CLASS/picture.jpg");
      }
      byte[][] pictures = new byte[source.size()][];
      int[] labels = new int[source.size()];
      IntStream.range(0, pictures.length)
          .parallel()
          .forEach(
              i -> {
                pictures[i] = decoded(source, i, frame.side());
                labels[i] = source.labelOf(i);
              });
      return new PictureSet(frame.side(), pictures, labels);
    }
  }

  /**
   * What a network asks of pictures.
   *
   * @param side in pixels
   * @param classes that they are of
   */
  record Frame(int side, int classes) {}

  private static byte[] decoded(ClassifiedPictures source, int sample, int side) {
    Image image =
        source
            .image(sample)
            .orElseThrow(
                () ->
                    new TrainException(
                        source.label() + ": " + source.nameOf(sample) + " is broken"));
    return Pictures.fitted(image, Preprocessing.Fit.STRETCH, side, side).rgb();
  }

  int size() {
    return labels.length;
  }

  int labelOf(int picture) {
    return labels[picture];
  }

  /** One of them as it was decoded. */
  Image image(int picture) {
    return new Image(side, side, pictures[picture]);
  }

  /** Those from one to before another. */
  PictureSet range(int from, int until) {
    return new PictureSet(
        side,
        java.util.Arrays.copyOfRange(pictures, from, until),
        java.util.Arrays.copyOfRange(labels, from, until));
  }

  /** Some of them as a network takes them, {@code [count, 3, side, side]}. */
  float[] batch(int[] chosen) {
    float[] batch = new float[chosen.length * COLOURS * side * side];
    for (int i = 0; i < chosen.length; i++) {
      copy(pictures[chosen[i]], batch, i, new Variant(side, false, 0, 0));
    }
    return batch;
  }

  /**
   * The same, each mirrored or not. Of less than the whole side it is a part from anywhere in the
   * picture; the whole is shifted by up to a sixteenth.
   *
   * @param part side of what is taken
   */
  float[] batch(int[] chosen, int part, Random random) {
    float[] batch = new float[chosen.length * COLOURS * part * part];
    int most = part < side ? 0 : side / SHIFTS;
    int least = part < side ? part - side : -most;
    for (int i = 0; i < chosen.length; i++) {
      boolean mirrored = random.nextBoolean();
      int right = least + random.nextInt(most - least + 1);
      int down = least + random.nextInt(most - least + 1);
      copy(pictures[chosen[i]], batch, i, new Variant(part, mirrored, right, down));
    }
    return batch;
  }

  private record Variant(int part, boolean mirrored, int right, int down) {}

  /** What is shifted in from outside has the mean colour, which is 0. */
  private void copy(byte[] picture, float[] batch, int place, Variant variant) {
    int part = variant.part;
    int from = place * COLOURS * part * part;
    for (int y = 0; y < part; y++) {
      int row = y - variant.down;
      if (row < 0 || row >= side) {
        continue;
      }
      for (int x = 0; x < part; x++) {
        int shifted = x - variant.right;
        if (shifted < 0 || shifted >= side) {
          continue;
        }
        int column = variant.mirrored ? side - 1 - shifted : shifted;
        int pixel = (row * side + column) * COLOURS;
        for (int c = 0; c < COLOURS; c++) {
          batch[from + (c * part + y) * part + x] = NUMBERS[c][picture[pixel + c] & 0xFF];
        }
      }
    }
  }

  private static float[][] numbers() {
    float[][] numbers = new float[COLOURS][SHADES];
    for (int c = 0; c < COLOURS; c++) {
      for (int shade = 0; shade < SHADES; shade++) {
        double scaled = shade * PIXELS.scale() - PIXELS.mean().get(c);
        numbers[c][shade] = (float) (scaled / PIXELS.deviation().get(c));
      }
    }
    return numbers;
  }
}
