package org.scalpel.engine;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Model files that are not part of the project; tests that need them say loudly that they skip. */
final class RealModels {
  private RealModels() {}

  /** The folder that SCALPEL_ZOO names, with models in {@code models/}. */
  static Path zoo() {
    String zoo = System.getenv("SCALPEL_ZOO");
    Path models = Path.of(zoo == null ? "" : zoo, "models");
    assumeTrue(
        zoo != null && Files.isDirectory(models),
        "SKIPPED: set SCALPEL_ZOO to a folder with models/ to test real networks");
    return models;
  }

  /** Debian's libonnx-testdata, or the folder that SCALPEL_ONNX_VECTORS names. */
  static List<Path> vectors() {
    String named = System.getenv("SCALPEL_ONNX_VECTORS");
    Path data = Path.of(named == null ? "/usr/share/libonnx-testdata/data" : named);
    assumeTrue(
        Files.isDirectory(data),
        "SKIPPED: install libonnx-testdata or set SCALPEL_ONNX_VECTORS to test ONNX's vectors");
    return onnxFiles(data);
  }

  static List<Path> onnxFiles(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(f -> f.toString().endsWith(".onnx")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the profile zoo-full asks for every cut of every network. */
  static boolean full() {
    return Boolean.getBoolean("scalpel.zoo.full");
  }
}
