package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.codec.Image;
import org.scalpel.codec.ImageCodec;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.TensorFact;
import org.scalpel.tier.TierConfig;
import org.scalpel.tier.TierServer;

/** A picture may travel as pixels, PNG, its own file or, where something may be lost, JPEG. */
@Timeout(60)
class PictureCodecsTest {
  private static final String INPUT = "x_uint8";
  private static final int SIDE = 48;

  @TempDir private Path folder;
  private Path model = Path.of("");
  private Path recipe = Path.of("");
  private Path profile = Path.of("");

  @BeforeEach
  void writeModel() throws IOException {
    model = folder.resolve("net.onnx");
    profile = folder.resolve("profile.json");
    ModelBuilder.opset(17)
        .input("x", TensorFact.of(ElementType.FLOAT32, 1, 3, SIDE, SIDE))
        .node("Sigmoid", List.of("x"), List.of("s"))
        .node("ReduceMean", List.of("s"), List.of("y"), ModelBuilder.attribute("axes", List.of(2L)))
        .output("y", TensorFact.of(ElementType.FLOAT32, 1, 3, 1, SIDE))
        .build()
        .write(model);
    recipe =
        Files.writeString(
            folder.resolve("recipe.yaml"), "schema: 1\nimage: { fit: crop, scale: 0.01 }\n");
  }

  @Test
  void theFileItselfIsSentWhereItIsTheSmallestAndRunSendsIt() throws IOException {
    byte[] noise = new byte[SIDE * SIDE * 3 * 4];
    new Random(9).nextBytes(noise);
    // What a poor JPEG has left of noise is still nothing that pixels compress to.
    Path picture = picture(ImageCodec.encodeJpeg(new Image(2 * SIDE, 2 * SIDE, noise), 0.1));
    profile(picture);
    Path plan = folder.resolve("plan.json");
    JsonNode codecs = plan("-o", plan).path("codecs").path(INPUT);
    assertThat(codecs.path("device->cloud").asText()).isEqualTo("file");
    JsonNode here = run(picture);
    TierConfig config =
        TierConfig.builder("cloud").listen("localhost:0").store(folder.resolve("store")).build();
    try (TierServer cloud = TierServer.start(config)) {
      JsonNode away = run(picture, "--plan", plan, "--next", cloud.address());
      assertThat(away.get("partitions").get(0).path("codecs").path(INPUT)).isEqualTo(codecs);
      for (int i = 0; i < SIDE; i++) {
        assertThat(value(away, i)).isCloseTo(value(here, i), within(1e-5));
      }
    }
  }

  @Test
  void jpegIsOfferedOnlyWhereSomethingMayBeLost() throws IOException {
    byte[] noise = new byte[SIDE * SIDE * 3];
    new Random(5).nextBytes(noise);
    profile(picture(ImageCodec.encodePng(new Image(SIDE, SIDE, noise))));
    assertThat(plan().path("codecs").path(INPUT).path("device->cloud").asText("raw"))
        .isEqualTo("raw");
    assertThat(plan("--max-loss", "1").path("codecs").path(INPUT).path("device->cloud").asText())
        .isEqualTo("jpeg");
    assertThat(
            plan("--max-loss", "1e-9")
                .path("codecs")
                .path(INPUT)
                .path("device->cloud")
                .asText("raw"))
        .isEqualTo("raw");
  }

  @Test
  void aTensorOfTheWrongSizeIsRefusedInOneLine() throws IOException {
    Path raw = Files.write(folder.resolve("x.bin"), new byte[12]);
    Cli cli = Cli.run("run", model, "--recipe", recipe, "--input", raw, "-q");
    assertThat(cli.code()).isEqualTo(2);
    assertThat(cli.err()).contains("x.bin", "expected a .jpg", SIDE * SIDE * 3 + " bytes");
    assertThat(cli.err().lines()).hasSize(1);
    Cli undeclared = Cli.run("run", model, "--input", picture(new byte[0]), "-q");
    assertThat(undeclared.code()).isEqualTo(2);
    assertThat(undeclared.err()).contains("no declared picture", "--recipe");
  }

  private Path picture(byte[] png) throws IOException {
    return Files.write(folder.resolve("picture.png"), png);
  }

  private void profile(Path picture) {
    Cli cli =
        Cli.run(
            "profile",
            model,
            "--recipe",
            recipe,
            "--input",
            picture,
            "-o",
            profile,
            "--budget-s",
            "0.2",
            "-q");
    assertThat(cli.code()).as(cli.err()).isZero();
    assertThat(cli.out()).contains("as png", "as jpeg", "as file");
  }

  private JsonNode plan(Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of("plan", model, "--recipe", recipe, "--network", "1/1/1", "--json", "-q"));
    words.addAll(List.of("--profile", "device=" + profile + ",cloud=" + profile));
    words.addAll(List.of("--algorithm", "cloud-only"));
    words.addAll(List.of(more));
    Cli cli = Cli.run(words.toArray());
    assertThat(cli.code()).as(cli.err()).isZero();
    return cli.json().get("partitions").get(0);
  }

  private JsonNode run(Path picture, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of("run", model, "--recipe", recipe, "--input", picture, "--json", "-q"));
    words.addAll(List.of(more));
    Cli cli = Cli.run(words.toArray());
    assertThat(cli.code()).as(cli.err()).isZero();
    return cli.json();
  }

  private static double value(JsonNode run, int place) {
    return run.get("outputs").get(0).get("data").get(place).asDouble();
  }
}
