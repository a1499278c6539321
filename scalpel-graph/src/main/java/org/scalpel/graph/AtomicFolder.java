package org.scalpel.graph;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder that is filled beside its place and then renamed, so that nobody sees half of it. */
final class AtomicFolder {
  private final Path target;
  private final Path beside;
  private final Path old;

  AtomicFolder(Path folder) {
    target = folder.toAbsolutePath().normalize();
    String part = "." + target.getFileName() + "." + ProcessHandle.current().pid();
    beside = target.resolveSibling(part + ".part");
    old = target.resolveSibling(part + ".old");
    try {
      checkReplaceable(folder);
      delete(beside);
      Files.createDirectories(beside);
    } catch (IOException e) {
      throw new ModelException(folder + ": cannot be made: " + reason(e), e);
    }
  }

  private static String reason(IOException fault) {
    if (fault instanceof NoSuchFileException) {
      return "its parent is missing or takes no folders";
    }
    return fault instanceof AccessDeniedException ? "permission denied" : fault.toString();
  }

  Path beside() {
    return beside;
  }

  void commit() throws IOException {
    if (Files.exists(target)) {
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
    delete(old);
  }

  /** Removes what is left after a failure; nothing after a commit. */
  void discard() {
    try {
      delete(beside);
    } catch (IOException e) {
      beside.toFile().deleteOnExit();
    }
  }

  private void checkReplaceable(Path folder) throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    if (!Files.isDirectory(target)) {
      throw new ModelException(folder + ": is a file; expected a folder for the segments");
    }
    try (Stream<Path> entries = Files.list(target)) {
      if (entries.findAny().isPresent() && !Files.exists(target.resolve(Manifest.FILE))) {
        throw new ModelException(
            folder + ": is not empty and holds no earlier split; expected a new or empty folder");
      }
    }
  }

  private static void delete(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
