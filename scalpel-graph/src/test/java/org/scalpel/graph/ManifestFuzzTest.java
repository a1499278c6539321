package org.scalpel.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged manifest is read or refused with one line that names the file. */
class ManifestFuzzTest {
  private static final String[] PIECES = {
    "null", "{}", "[]", "\"\"", "-1", "1e400", "99999999999999999999", "[[[[", "}", ",", "\u0000"
  };

  @TempDir Path folder;

  @Test
  void damageEndsInAManifestOrInOneLine() throws IOException {
    Path file = folder.resolve(Manifest.FILE);
    String good =
        new Manifest(
                1,
                "a".repeat(64),
                "b".repeat(64),
                List.of(
                    new Manifest.Part("0.onnx", "device", List.of("x"), List.of("t")),
                    new Manifest.Part("1.onnx", "edge", List.of("t"), List.of("y"))),
                List.of(new Manifest.Boundary("x", "float32", List.of(1L, -1L))),
                List.of("y"))
            .toJson();
    Files.writeString(file, good);
    assertThat(Manifest.read(file).toJson()).isEqualTo(good);
    Random random = new Random(8);
    for (int i = 0; i < 3000; i++) {
      StringBuilder text = new StringBuilder(good);
      for (int n = random.nextInt(3); n >= 0; n--) {
        int at = random.nextInt(text.length());
        int end = Math.min(text.length(), at + random.nextInt(12));
        text.replace(at, end, random.nextBoolean() ? PIECES[random.nextInt(PIECES.length)] : "");
      }
      Files.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
      try {
        assertThat(Manifest.read(file).schema()).isEqualTo(1);
      } catch (ModelException e) {
        assertThat(e).hasMessageContaining("manifest").message().doesNotContain("\n");
      }
    }
  }
}
