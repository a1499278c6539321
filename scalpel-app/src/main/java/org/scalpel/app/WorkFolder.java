package org.scalpel.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;

/**
 * A temporary folder of this process. It holds a locked file: the lock ends with the process,
 * however that ends, so whoever makes the next folder of the kind knows which are left over from
 * killed processes, and deletes them.
 */
public final class WorkFolder implements AutoCloseable {
  private static final String IN_USE = "in-use";

  private final Path path;
  private final FileChannel held;

  private WorkFolder(Path path, FileChannel held) {
    this.path = path;
    this.held = held;
  }

  /** A new folder in the system's folder for temporary files. */
  public static WorkFolder create(String prefix) throws IOException {
    return create(Path.of(System.getProperty("java.io.tmpdir")), prefix);
  }

  static WorkFolder create(Path parent, String prefix) throws IOException {
    Path path = Files.createTempDirectory(parent, prefix);
    FileChannel held =
        FileChannel.open(path.resolve(IN_USE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    held.lock();
    sweep(parent, prefix, Files.getOwner(path));
    return new WorkFolder(path, held);
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** Deletes the folder and all in it. */
  @Override
  public void close() {
    Folders.delete(path);
    try {
      held.close();
    } catch (IOException unused) {
      // The file is gone, and the lock goes with the process.
      return;
    }
  }

  private static void sweep(Path parent, String prefix, UserPrincipal owner) {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, prefix + "*")) {
      for (Path folder : folders) {
        if (isAbandoned(folder, owner)) {
          Folders.delete(folder);
        }
      }
    } catch (IOException unreadable) {
      // What is left over is none of this process's own work.
      return;
    }
  }

  /** One without the file is being made this moment, or is something else. */
  private static boolean isAbandoned(Path folder, UserPrincipal owner) {
    Path file = folder.resolve(IN_USE);
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock free = channel.tryLock()) {
      return free != null && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(owner);
    } catch (IOException | OverlappingFileLockException inUse) {
      return false;
    }
  }
}
