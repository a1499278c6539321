package org.scalpel.learn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.scalpel.codec.Image;

/**
 * Pictures in a folder, an archive or a file of arrays, perhaps with the names of their classes.
 */
sealed interface PictureSource extends AutoCloseable
    permits FolderPictures, TarPictures, IdxPictures {
  /**
   * One picture.
   *
   * @param place where it lies in the source
   * @param name what to call it in messages
   * @param label its class as the source names it; empty where it says none
   */
  record Item(int place, String name, String label) {}

  /** All of them, in an order that does not depend on the file system. */
  List<Item> items();

  /**
   * Decodes one.
   *
   * @throws IOException it cannot be read
   * @throws org.scalpel.codec.CodecException it is no picture
   */
  Image image(Item item) throws IOException;

  /**
   * The file that one came as; empty where pictures are no files.
   *
   * @throws IOException it cannot be read
   */
  Optional<byte[]> file(Item item) throws IOException;

  @Override
  void close();

  /**
   * Opens whatever lies there.
   *
   * @throws LearnException nothing that is understood, or several things
   */
  static PictureSource open(Path data) {
    try {
      if (!Files.exists(data)) {
        throw new LearnException(data + ": no such file or folder");
      }
      if (Files.isDirectory(data)) {
        return folder(data);
      }
      if (TarPictures.isTar(data)) {
        return new TarPictures(data);
      }
      if (IdxPictures.isPictures(data)) {
        return new IdxPictures(data);
      }
      throw new LearnException(
          data
              + ": expected a folder of pictures, a .tar of them, or an MNIST file"
              + " (…images-idx3-ubyte, .gz or not)");
    } catch (IOException e) {
      throw new LearnException(data + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static PictureSource folder(Path folder) throws IOException {
    List<Path> archives;
    try (Stream<Path> inside = Files.list(folder)) {
      archives =
          inside
              .filter(file -> TarPictures.isTar(file) || IdxPictures.isLabelledPictures(file))
              .sorted()
              .toList();
    }
    if (archives.isEmpty()) {
      return new FolderPictures(folder);
    }
    if (archives.size() > 1) {
      throw new LearnException(
          folder
              + ": holds several data sets; expected one of them as --data: "
              + archives.stream().map(file -> String.valueOf(file.getFileName())).toList());
    }
    return open(archives.get(0));
  }

  /** Whether a file name is one of a picture. */
  static boolean isPicture(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return Set.of("jpg", "jpeg", "png", "bmp", "gif")
        .contains(lower.substring(lower.lastIndexOf('.') + 1));
  }

  /** The class of a picture by the folder that it lies in; none directly at the top. */
  static String labelOf(String path) {
    String[] parts = path.split("/", -1);
    return parts.length < 2 ? "" : parts[parts.length - 2];
  }
}
