package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Work on exits that is killed in the middle goes on where it was. */
@Timeout(120)
class ExitsResumeTest {
  private static final int EACH = 400;
  private static final int KILLED = 137;

  @TempDir private Path folder;

  @Test
  void attachAndCalibrateGoOnAfterAKill() throws Exception {
    Path model = TinyClassifier.write(folder.resolve("tiny.onnx"));
    Path recipe = Files.writeString(folder.resolve("recipe.yaml"), TinyClassifier.RECIPE);
    Path data = TinyClassifier.pictures(folder.resolve("data"), EACH, 1);
    Path exits = folder.resolve("exits.onnx");
    List<Object> attach =
        List.of(
            "exits",
            "attach",
            model,
            "--recipe",
            recipe,
            "--data",
            data,
            "-o",
            exits,
            "--exits",
            "2",
            "--threads",
            "1");
    byte[] features = killed(attach, folder.resolve("exits.onnx.part"));
    assertThat(exits).doesNotExist();
    Cli again = Cli.run(attach.toArray());
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(folder.resolve("exits.onnx.part")).doesNotExist();
    assertThat(features.length).isPositive();

    Path points = folder.resolve("exits.json");
    List<Object> calibrate =
        List.of("exits", "calibrate", exits, "--data", data, "-o", points, "--threads", "1");
    Path part = folder.resolve("exits.json.part");
    byte[] before = killed(calibrate, part);
    assertThat(points).doesNotExist();
    assertThat(Files.readAllBytes(part)).startsWith(before);
    Cli rest = Cli.run(calibrate.toArray());
    assertThat(rest.code()).as(rest.err()).isZero();
    assertThat(part).doesNotExist();
    String resumed = Files.readString(points);
    Files.delete(points);
    assertThat(Cli.run(calibrate.toArray()).code()).isZero();
    assertThat(Files.readString(points)).isEqualTo(resumed);
  }

  @Test
  void whatAnotherModelBeganIsNotContinued() throws IOException {
    Path model = TinyClassifier.write(folder.resolve("tiny.onnx"));
    Path recipe = Files.writeString(folder.resolve("recipe.yaml"), TinyClassifier.RECIPE);
    Path data = TinyClassifier.pictures(folder.resolve("data"), 40, 1);
    Path exits = folder.resolve("exits.onnx");
    Cli attach = Cli.run("exits", "attach", model, "--recipe", recipe, "--data", data, "-o", exits);
    assertThat(attach.code()).as(attach.err()).isZero();
    Path part =
        Files.writeString(folder.resolve("exits.json.part"), "{\"of\": \"another\"}\n".repeat(20));
    Cli cli =
        Cli.run("exits", "calibrate", exits, "--data", data, "-o", folder.resolve("exits.json"));
    assertThat(cli.code()).isEqualTo(2);
    assertThat(cli.err()).contains(part.toString(), "was begun with another model");
  }

  /** Runs a verb in a process of its own until its file has samples, and kills it there. */
  private byte[] killed(List<Object> words, Path part) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.scalpel.app.Main"));
    words.forEach(word -> command.add(String.valueOf(word)));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log.txt").toFile())
            .start();
    try {
      while (process.isAlive() && !hasSamples(part)) {
        Thread.onSpinWait();
      }
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue())
        .as(Files.readString(folder.resolve("log.txt")))
        .isEqualTo(KILLED);
    return Files.readAllBytes(part);
  }

  /** More than the line that says what they are of. */
  private static boolean hasSamples(Path part) throws IOException {
    return Files.exists(part) && Files.size(part) > 2000;
  }
}
