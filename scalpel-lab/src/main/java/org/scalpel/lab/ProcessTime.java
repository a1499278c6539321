package org.scalpel.lab;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.scalpel.app.UserException;

/**
 * Processor time of Java processes since they began, of all threads and of the compilers' among
 * them. Read from {@code /proc}, so that it costs the processes nothing.
 */
record ProcessTime(double allMs, double compilingMs) {
  static ProcessTime of(List<Long> processes) {
    double all = 0;
    double compiling = 0;
    for (long process : processes) {
      Path tasks = Path.of("/proc", String.valueOf(process), "task");
      try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
        for (Path thread : threads) {
          double ms = ms(thread);
          all += ms;
          compiling += isCompiler(thread) ? ms : 0;
        }
      } catch (IOException e) {
        throw new UserException("times of threads are read from " + tasks + ", not found", e);
      }
    }
    return new ProcessTime(all, compiling);
  }

  private static double ms(Path thread) throws IOException {
    try {
      String text = Files.readString(thread.resolve("schedstat"));
      return Long.parseLong(text.substring(0, text.indexOf(' '))) / 1e6;
    } catch (NoSuchFileException ended) {
      return 0;
    }
  }

  private static boolean isCompiler(Path thread) throws IOException {
    try {
      return Files.readString(thread.resolve("comm")).contains("Compiler");
    } catch (NoSuchFileException ended) {
      return false;
    }
  }

  /** What was used since then; of threads that ended meanwhile nothing. */
  ProcessTime since(ProcessTime before) {
    return new ProcessTime(
        Math.max(0, allMs - before.allMs), Math.max(0, compilingMs - before.compilingMs));
  }
}
