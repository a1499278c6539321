package org.scalpel.learn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.scalpel.codec.Image;
import org.scalpel.codec.ImageCodec;

/**
 * {@code FOLDER/CLASS/picture.jpg}, or {@code FOLDER/labels.csv} with lines {@code file,class}, or
 * pictures without labels.
 */
final class FolderPictures implements PictureSource {
  /** The file that names the classes of the pictures beside it. */
  static final String LABELS = "labels.csv";

  private static final long MOST_BYTES = 1L << 28;

  private final Path folder;
  private final List<Item> items = new ArrayList<>();

  FolderPictures(Path folder) throws IOException {
    this.folder = folder;
    Path labels = folder.resolve(LABELS);
    if (Files.exists(labels)) {
      listed(labels);
    } else {
      found();
    }
    if (items.isEmpty()) {
      throw new LearnException(
          folder + ": no pictures in it; expected CLASS/*.jpg or .png, labels.csv, or a .tar");
    }
  }

  private void found() throws IOException {
    List<String> files;
    try (Stream<Path> tree = Files.walk(folder)) {
      files =
          tree.filter(Files::isRegularFile)
              .map(file -> folder.relativize(file).toString().replace('\\', '/'))
              .filter(PictureSource::isPicture)
              .sorted()
              .toList();
    }
    for (String file : files) {
      items.add(new Item(items.size(), file, PictureSource.labelOf(file)));
    }
  }

  private void listed(Path labels) throws IOException {
    Map<String, String> seen = new HashMap<>();
    List<String> lines = Files.readAllLines(labels);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      int comma = line.lastIndexOf(',');
      boolean heading = i == 0 && comma > 0 && !PictureSource.isPicture(file(line, comma));
      if (line.isEmpty() || heading) {
        continue;
      }
      String where = labels + " line " + (i + 1);
      if (comma < 1 || comma == line.length() - 1) {
        throw new LearnException(where + ": expected file,class, found '" + line + "'");
      }
      String file = file(line, comma);
      String label = line.substring(comma + 1).strip().replace("\"", "");
      if (seen.put(file, label) != null) {
        throw new LearnException(where + ": names '" + file + "' a second time");
      }
      if (!folder.resolve(file).normalize().startsWith(folder.normalize())) {
        throw new LearnException(where + ": '" + file + "' is outside the folder");
      }
      items.add(new Item(items.size(), file, label));
    }
  }

  private static String file(String line, int comma) {
    return line.substring(0, comma).strip().replace("\"", "");
  }

  @Override
  public List<Item> items() {
    return items;
  }

  @Override
  public Image image(Item item) throws IOException {
    return ImageCodec.decode(bytes(item));
  }

  @Override
  public Optional<byte[]> file(Item item) throws IOException {
    return Optional.of(bytes(item));
  }

  private byte[] bytes(Item item) throws IOException {
    Path file = folder.resolve(item.name());
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException("more than " + MOST_BYTES + " bytes");
    }
    return Files.readAllBytes(file);
  }

  @Override
  public void close() {
    // Nothing is held open.
  }
}
