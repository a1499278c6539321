package org.scalpel.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that exist whole or not at all: written beside their place, then renamed. */
public final class OutputFile {
  private OutputFile() {}

  /**
   * Writes text as UTF-8.
   *
   * @throws UserException if the folder cannot be written to
   */
  public static void write(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes bytes.
   *
   * @throws UserException if the folder cannot be written to
   */
  public static void write(Path file, byte[] bytes) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    if (folder == null || Files.isDirectory(file)) {
      throw new UserException(file + ": expected the name of a file to write, found a folder");
    }
    try {
      Files.createDirectories(folder);
      Path beside = beside(file);
      try {
        Files.write(beside, bytes);
        move(beside, file);
      } finally {
        Files.deleteIfExists(beside);
      }
    } catch (IOException fault) {
      throw new UserException(file + ": cannot be written: " + Faults.reason(fault), fault);
    }
  }

  /**
   * Refuses a place that cannot be written to, before long work is done for it.
   *
   * @throws UserException if the folder cannot be written to
   */
  static void requireWritable(Path file) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    if (folder == null || Files.isDirectory(file)) {
      throw new UserException(file + ": expected the name of a file to write, found a folder");
    }
    Path beside = beside(file);
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(Files.createFile(beside));
    } catch (IOException fault) {
      throw new UserException(file + ": cannot be written: " + Faults.reason(fault), fault);
    }
  }

  /** A name of its own for this process; files get the usual permissions, unlike temporary ones. */
  static Path beside(Path file) {
    return file.resolveSibling(
        "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".part");
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException other) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Removes a file that is needed no more. */
  static void removeIfThere(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException fault) {
      throw new UserException(file + ": cannot be removed: " + Faults.reason(fault), fault);
    }
  }
}
