package org.scalpel.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.scalpel.app.UserException;

/** Models, pictures and traces that are not packaged: the folder {@code $SCALPEL_ZOO}, if any. */
final class Zoo {
  private Zoo() {}

  private static Optional<Path> path(String inside) {
    return Optional.ofNullable(System.getenv("SCALPEL_ZOO")).map(zoo -> Path.of(zoo, inside));
  }

  /** A file of it, if it is there. */
  static Optional<Path> file(String inside) {
    return path(inside).filter(Files::isRegularFile);
  }

  /** The files of one of its folders, by name; none without that folder. */
  static List<Path> files(String inside) {
    Optional<Path> folder = path(inside).filter(Files::isDirectory);
    if (folder.isEmpty()) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder.get())) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UserException(folder.get() + ": cannot be listed", e);
    }
  }
}
