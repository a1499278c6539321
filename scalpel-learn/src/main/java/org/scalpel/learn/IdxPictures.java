package org.scalpel.learn;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.scalpel.codec.Image;

/**
 * Grey pictures in the format of MNIST: {@code …images-idx3-ubyte} and, beside it under the same
 * name, {@code …labels-idx1-ubyte}; each perhaps compressed ({@code .gz}).
 */
final class IdxPictures implements PictureSource {
  private static final String IMAGES = "images-idx3-ubyte";
  private static final String LABELS = "labels-idx1-ubyte";
  private static final int IMAGES_MAGIC = 2051;
  private static final int LABELS_MAGIC = 2049;
  private static final int MOST_SIDE = 4096;
  private static final long MOST_BYTES = 1L << 30;
  private static final int BYTE = 0xFF;

  private final List<Item> items = new ArrayList<>();
  private final byte[] pixels;
  private final int width;
  private final int height;

  IdxPictures(Path file) throws IOException {
    try (DataInputStream in = open(file)) {
      magic(file, in, IMAGES_MAGIC);
      int count = in.readInt();
      height = in.readInt();
      width = in.readInt();
      long bytes = (long) count * height * width;
      boolean sane = count > 0 && side(width) && side(height) && bytes <= MOST_BYTES;
      if (!sane) {
        throw new LearnException(
            "%s: says %d pictures of %d×%d; expected up to 2^30 pixels in all"
                .formatted(file, count, width, height));
      }
      pixels = in.readNBytes((int) bytes);
      if (pixels.length != bytes) {
        throw new LearnException(
            "%s: ends after %d of %d pixels".formatted(file, pixels.length, bytes));
      }
      byte[] labels = labels(file, count);
      for (int i = 0; i < count; i++) {
        String label = labels.length == 0 ? "" : String.valueOf(labels[i] & BYTE);
        items.add(new Item(i, file.getFileName() + "#" + i, label));
      }
    } catch (EOFException e) {
      throw new LearnException(file + ": ends in its header; expected an idx3 file", e);
    }
  }

  private static boolean side(int size) {
    return size > 0 && size <= MOST_SIDE;
  }

  static boolean isPictures(Path file) {
    return String.valueOf(file.getFileName()).contains(IMAGES);
  }

  static boolean isLabelledPictures(Path file) {
    return isPictures(file) && Files.exists(labelsOf(file));
  }

  private static Path labelsOf(Path file) {
    return file.resolveSibling(String.valueOf(file.getFileName()).replace(IMAGES, LABELS));
  }

  private static byte[] labels(Path images, int count) throws IOException {
    Path file = labelsOf(images);
    if (!Files.exists(file)) {
      return new byte[0];
    }
    try (DataInputStream in = open(file)) {
      magic(file, in, LABELS_MAGIC);
      int found = in.readInt();
      byte[] labels = in.readNBytes(count);
      if (found != count || labels.length != count) {
        throw new LearnException(
            "%s: has %d labels; expected %d, as many as there are pictures"
                .formatted(file, Math.min(found, labels.length), count));
      }
      return labels;
    }
  }

  private static void magic(Path file, DataInputStream in, int wanted) throws IOException {
    int found = in.readInt();
    if (found != wanted) {
      throw new LearnException(
          "%s: begins with %d; expected %d, an idx file".formatted(file, found, wanted));
    }
  }

  private static DataInputStream open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file));
    return new DataInputStream(TextFiles.compressed(file) ? new GZIPInputStream(in) : in);
  }

  @Override
  public List<Item> items() {
    return items;
  }

  @Override
  public Image image(Item item) {
    byte[] rgb = new byte[width * height * 3];
    int from = item.place() * width * height;
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = pixels[from + i / 3];
    }
    return new Image(width, height, rgb);
  }

  @Override
  public Optional<byte[]> file(Item item) {
    return Optional.empty();
  }

  @Override
  public void close() {
    // Everything is in memory.
  }
}
