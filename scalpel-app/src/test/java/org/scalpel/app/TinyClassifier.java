package org.scalpel.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.scalpel.codec.Image;
import org.scalpel.codec.ImageCodec;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.Session;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.nn.Examples;
import org.scalpel.nn.Mlp;
import org.scalpel.nn.Training;

/**
 * A classifier of noisy pictures, two classes by colour and two by texture: four convolutions with
 * random weights and a last layer that is trained, in a moment, on what they say. The first two
 * convolutions are followed by an odd function, whose mean tells colours but hardly textures.
 */
final class TinyClassifier {
  static final List<String> CLASSES = List.of("checker", "green", "red", "stripes");
  static final String RECIPE =
      "schema: 1\nimage: { fit: stretch, order: rgb, layout: nchw, scale: 0.00392156862745098 }\n";

  private static final int SIDE = 12;
  private static final int CHANNELS = 8;
  private static final int LAYERS = 4;
  private static final double TINT = 30;

  private TinyClassifier() {}

  /** A picture of a class. */
  static Image picture(int label, Random random) {
    int tinted = label == 2 ? 0 : label == 1 ? 1 : -1;
    double[] cast = {
      random.nextGaussian() * 8, random.nextGaussian() * 8, random.nextGaussian() * 8
    };
    byte[] rgb = new byte[SIDE * SIDE * 3];
    for (int i = 0; i < rgb.length; i++) {
      int x = i / 3 % SIDE;
      int y = i / 3 / SIDE;
      int wave = label == 3 ? x : label == 0 ? x + y : 0;
      double value = 110 + cast[i % 3] + random.nextGaussian() * 25;
      value += i % 3 == tinted ? TINT : 0;
      value += label % 3 == 0 ? TINT * (wave % 2 - 0.5) : 0;
      rgb[i] = (byte) Math.max(0, Math.min(255, value));
    }
    return new Image(SIDE, SIDE, rgb);
  }

  /** Writes {@code FOLDER/CLASS/n.png}, so many of each class. */
  static Path pictures(Path folder, int each, long seed) throws IOException {
    Random random = new Random(seed);
    for (int label = 0; label < CLASSES.size(); label++) {
      Path inside = Files.createDirectories(folder.resolve(CLASSES.get(label)));
      for (int i = 0; i < each; i++) {
        Files.write(inside.resolve(i + ".png"), ImageCodec.encodePng(picture(label, random)));
      }
    }
    return folder;
  }

  /** Writes the model. */
  static Path write(Path file) {
    Random random = new Random(5);
    Mlp.Layer last;
    try (Engine engine = new Engine(EngineOptions.DEFAULT);
        Session session = engine.open(backbone().output("features").build())) {
      float[][] x = new float[400][];
      float[][] y = new float[x.length][CLASSES.size()];
      for (int i = 0; i < x.length; i++) {
        y[i][i % CLASSES.size()] = 1;
        x[i] = features(session, picture(i % CLASSES.size(), random));
      }
      Examples all = Examples.of(x, y);
      last = Training.CLASSES.train(all, all, 1).network().layers().get(0);
    }
    OnnxModel model =
        backbone()
            .initializer("w", TensorData.ofFloats(last.weights(), CHANNELS, CLASSES.size()))
            .initializer("b", TensorData.ofFloats(last.bias(), CLASSES.size()))
            .node(
                ModelBuilder.node("last", "Gemm", List.of("features", "w", "b"), List.of("logits"))
                    .build())
            .output("logits", TensorFact.of(ElementType.FLOAT32, 1, CLASSES.size()))
            .build();
    model.write(file);
    return file;
  }

  private static float[] features(Session session, Image picture) {
    float[] pixels = new float[SIDE * SIDE * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i % 3 * SIDE * SIDE + i / 3] = (picture.rgb()[i] & 0xFF) / 255f;
    }
    Map<String, TensorData> answer =
        session.run(Map.of("x", TensorData.ofFloats(pixels, 1, 3, SIDE, SIDE)));
    return java.util.Objects.requireNonNull(answer.get("features")).floats();
  }

  private static ModelBuilder backbone() {
    Random random = new Random(2);
    ModelBuilder builder =
        ModelBuilder.opset(13).input("x", TensorFact.of(ElementType.FLOAT32, 1, 3, SIDE, SIDE));
    String last = "x";
    int in = 3;
    for (int layer = 1; layer <= LAYERS; layer++) {
      float[] weights = new float[CHANNELS * in * 9];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) (random.nextGaussian() * 1.5 / Math.sqrt(in * 9));
      }
      builder.initializer("w" + layer, TensorData.ofFloats(weights, CHANNELS, in, 3, 3));
      builder.node(
          ModelBuilder.node(
                  "conv" + layer, "Conv", List.of(last, "w" + layer), List.of("c" + layer))
              .addAttribute(ModelBuilder.attribute("pads", List.of(1L, 1L, 1L, 1L)))
              .build());
      builder.node(
          ModelBuilder.node(
                  "act" + layer,
                  layer < 3 ? "Tanh" : "Relu",
                  List.of("c" + layer),
                  List.of("t" + layer))
              .build());
      last = "t" + layer;
      in = CHANNELS;
    }
    builder.node(
        ModelBuilder.node("pool", "GlobalAveragePool", List.of(last), List.of("pooled")).build());
    builder.node(
        ModelBuilder.node("flat", "Flatten", List.of("pooled"), List.of("features")).build());
    return builder;
  }
}
