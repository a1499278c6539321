package org.scalpel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
  private static final String LINUX = "linux-x64";

  @TempDir private Path cache;

  @Test
  void librariesAreUnpackedOnceAndNothingElseIsLeft() throws IOException {
    Path folder = NativeLibraries.unpacked(LINUX, cache).orElseThrow();
    List<Path> files = files(folder);
    assertThat(files)
        .extracting(file -> file.getFileName().toString())
        .containsExactly("libonnxruntime.so", "libonnxruntime4j_jni.so");
    FileTime marked = FileTime.fromMillis(1_000_000_000_000L);
    Files.setLastModifiedTime(files.get(0), marked);
    assertThat(NativeLibraries.unpacked(LINUX, cache)).contains(folder);
    assertThat(Files.getLastModifiedTime(files.get(0))).isEqualTo(marked);
  }

  @Test
  void aTruncatedLibraryIsUnpackedAnew() throws IOException {
    Path folder = NativeLibraries.unpacked(LINUX, cache).orElseThrow();
    Path jni = folder.resolve("libonnxruntime4j_jni.so");
    long size = Files.size(jni);
    Files.write(jni, new byte[10]);
    assertThat(NativeLibraries.unpacked(LINUX, cache)).contains(folder);
    assertThat(Files.size(jni)).isEqualTo(size);
  }

  @Test
  void withoutACacheOrForAnUnknownPlatformTheRuntimeUnpacksByItself() throws IOException {
    Path file = Files.createFile(cache.resolve("file"));
    assertThat(NativeLibraries.unpacked(LINUX, file)).isEmpty();
    assertThat(NativeLibraries.unpacked("linux-vax", cache)).isEmpty();
    assertThat(files(cache)).containsExactly(file);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
