package org.scalpel.tier;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.scalpel.codec.Image;
import org.scalpel.codec.ImageCodec;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.Session;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Pixels;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/** Small networks with seeded weights, and what they answer as a whole. */
final class Nets {
  static final int WIDTH = 64;

  private Nets() {}

  /** A chain of layers with a skip over all of it, a second output in the middle, two inputs. */
  static OnnxModel skipping(int layers) {
    Random random = new Random(7);
    ModelBuilder net =
        ModelBuilder.opset(17)
            .input("x", TensorFact.of(ElementType.FLOAT32, 1, WIDTH))
            .input("bias", TensorFact.of(ElementType.FLOAT32, 1, WIDTH));
    String last = "x";
    for (int i = 0; i < layers; i++) {
      net.initializer("w" + i, weights(random));
      net.node("MatMul", List.of(last, "w" + i), List.of("m" + i));
      net.node("Sigmoid", List.of("m" + i), List.of("s" + i));
      last = "s" + i;
    }
    net.node("Mul", List.of(last, "s0"), List.of("skip"));
    net.node("Sub", List.of("skip", "bias"), List.of("y"));
    return net.output("y", TensorFact.of(ElementType.FLOAT32, 1, WIDTH))
        .output("s1", TensorFact.of(ElementType.FLOAT32, 1, WIDTH))
        .build();
  }

  /** Pixels in, their mean per channel out: an input that can travel as an image. */
  static OnnxModel picture(int height, int width) {
    return ModelBuilder.opset(17)
        .input("pixels", TensorFact.of(ElementType.UINT8, 1, height, width, 3))
        .node("Cast", List.of("pixels"), List.of("f"), ModelBuilder.attribute("to", 1L))
        .node("Sqrt", List.of("f"), List.of("r"))
        .node("Transpose", List.of("r"), List.of("t"))
        .node("Sigmoid", List.of("t"), List.of("out"))
        .output("out", TensorFact.of(ElementType.FLOAT32, 3, width, height, 1))
        .build();
  }

  /** A picture of declared preprocessing, its side and how others are fitted. */
  static OnnxModel fitted(int side, Preprocessing.Fit fit) {
    OnnxModel plain =
        ModelBuilder.opset(17)
            .input("x", TensorFact.of(ElementType.FLOAT32, 1, 3, side, side))
            .node("Sigmoid", List.of("x"), List.of("y"))
            .output("y", TensorFact.of(ElementType.FLOAT32, 1, 3, side, side))
            .build();
    return Preprocessing.of(plain, fit, Pixels.imageNet()).prepend(plain);
  }

  static Image noise(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    new Random(width).nextBytes(rgb);
    return new Image(width, height, rgb);
  }

  static ByteBuffer png(Image picture) {
    byte[] file = ImageCodec.encodePng(picture);
    return ByteBuffer.allocateDirect(file.length).put(file).flip();
  }

  /** Hands a tensor of so many floats through three cheap layers: what the data path costs. */
  static OnnxModel wide(int floats) {
    return ModelBuilder.opset(17)
        .input("x", TensorFact.of(ElementType.FLOAT32, 1, floats))
        .node("Neg", List.of("x"), List.of("a"))
        .node("Abs", List.of("a"), List.of("y"))
        .output("y", TensorFact.of(ElementType.FLOAT32, 1, floats))
        .build();
  }

  /** A long tensor in, a short one out; with {@code down}, the other way round. */
  static OnnxModel lopsided(int floats, boolean down) {
    TensorFact one = TensorFact.of(ElementType.FLOAT32, 1, 1);
    TensorFact many = TensorFact.of(ElementType.FLOAT32, 1, floats);
    ModelBuilder net =
        ModelBuilder.opset(17)
            .input("x", down ? one : many)
            .node("Neg", List.of("x"), List.of("a"))
            .node("Abs", List.of("a"), List.of("b"));
    if (down) {
      net.initializer("ones", TensorData.ofFloats(filled(floats), 1, floats));
      net.node("Mul", List.of("b", "ones"), List.of("y"));
    } else {
      net.node("ReduceMax", List.of("b"), List.of("y"));
    }
    return net.output("y", down ? many : one).build();
  }

  private static float[] filled(int count) {
    float[] ones = new float[count];
    java.util.Arrays.fill(ones, 1);
    return ones;
  }

  private static TensorData weights(Random random) {
    float[] values = new float[WIDTH * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() / 4;
    }
    return TensorData.ofFloats(values, WIDTH, WIDTH);
  }

  static Map<String, TensorData> inputs(OnnxModel model, long seed) {
    Random random = new Random(seed);
    Map<String, TensorData> inputs = new LinkedHashMap<>();
    for (OnnxModel.Value value : model.inputs()) {
      byte[] bytes = new byte[(int) value.fact().bytes()];
      if (value.fact().type() == ElementType.UINT8) {
        random.nextBytes(bytes);
        inputs.put(value.name(), TensorData.ofBytes(value.fact(), bytes));
      } else {
        float[] values = new float[(int) value.fact().elements()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextGaussian();
        }
        inputs.put(value.name(), TensorData.ofFloats(values, value.fact().dims()));
      }
    }
    return inputs;
  }

  static Map<String, TensorData> whole(OnnxModel model, Map<String, TensorData> inputs) {
    try (Engine engine = new Engine(EngineOptions.DEFAULT);
        Session session = engine.open(model)) {
      return session.run(inputs);
    }
  }

  /** A deployment with the kernels cut at these places in their order. */
  static Deployment cut(OnnxModel model, List<String> tiers, int... cuts) {
    return cut(model, inputs(model, 1), tiers, cuts);
  }

  static Deployment cut(
      OnnxModel model, Map<String, TensorData> inputs, List<String> tiers, int... cuts) {
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      KernelGraph kernels = engine.kernels(model);
      Map<String, TensorFact> facts = engine.facts(model, inputs);
      List<Integer> placed = new ArrayList<>();
      for (int k = 0; k < kernels.kernels().size(); k++) {
        int tier = 0;
        for (int cut : cuts) {
          tier += k >= cut ? 1 : 0;
        }
        placed.add(tier);
      }
      return new Deployment(kernels, tiers, placed, facts, Map.of(), Map.of());
    }
  }

  /**
   * A tier that waits longer than usual for its neighbours' heartbeat: a test that is not about
   * loss must not lose a tier because the machine is busy.
   */
  static TierConfig.Builder tier(String name, Path store) {
    TierConfig.Times usual = watchful(name, store).build().times();
    return watchful(name, store)
        .times(
            new TierConfig.Times(
                usual.connect(),
                usual.request(),
                usual.prepare(),
                usual.drain(),
                Duration.ofSeconds(10)));
  }

  /** A tier as users start it, which notices a loss within a second. */
  static TierConfig.Builder watchful(String name, Path store) {
    return TierConfig.builder(name).store(store.resolve(name));
  }
}
