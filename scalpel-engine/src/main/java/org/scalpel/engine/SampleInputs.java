package org.scalpel.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.scalpel.graph.ModelException;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.onnx.NodeProto;
import org.scalpel.onnx.TensorProto;

/**
 * Representative inputs for a model that came without any: plausible enough to run it and to time
 * it. The same seed gives the same inputs.
 *
 * <p>Floats that look like images (rank 4) vary smoothly around zero, other floats are noise;
 * integers that index a table of the model stay inside the table; masks are one, type ids zero.
 * Where values must mean something, give real inputs instead.
 */
public final class SampleInputs {
  private static final int SMALL_RANGE = 4;
  private static final int BYTE_RANGE = 256;
  private final OnnxModel model;
  private final Random random;

  private SampleInputs(OnnxModel model, long seed) {
    this.model = model;
    this.random = new Random(seed);
  }

  /**
   * One set of inputs.
   *
   * @param shapes by input name, for inputs with symbolic dimensions; an unknown first dimension is
   *     taken as a batch of 1 where nothing is given
   * @throws EngineException a dimension stays unknown, a shape contradicts the model, or a name is
   *     no input
   */
  public static Map<String, TensorData> of(
      OnnxModel model, long seed, Map<String, List<Long>> shapes) {
    SampleInputs samples = new SampleInputs(model, seed);
    for (String name : shapes.keySet()) {
      if (model.inputs().stream().noneMatch(i -> i.name().equals(name))) {
        throw new EngineException(
            model.label()
                + ": a shape is given for '"
                + name
                + "'; expected one of "
                + model.inputs().stream().map(OnnxModel.Value::name).toList());
      }
    }
    Map<String, TensorData> inputs = new LinkedHashMap<>();
    for (OnnxModel.Value input : model.inputs()) {
      inputs.put(input.name(), samples.fill(input.name(), samples.bind(input, shapes)));
    }
    return inputs;
  }

  private TensorFact bind(OnnxModel.Value input, Map<String, List<Long>> shapes) {
    List<Long> declared = input.fact().shape();
    List<Long> given = shapes.get(input.name());
    if (given == null) {
      List<Long> shape = new ArrayList<>(declared);
      if (!shape.isEmpty() && shape.get(0) < 0) {
        shape.set(0, 1L);
      }
      if (shape.contains(-1L)) {
        throw unbound(input);
      }
      return new TensorFact(input.fact().type(), shape);
    }
    boolean fits = given.size() == declared.size();
    for (int i = 0; fits && i < given.size(); i++) {
      fits = given.get(i) >= 0 && (declared.get(i) < 0 || declared.get(i).equals(given.get(i)));
    }
    if (!fits) {
      throw new EngineException(
          model.label()
              + ": shape "
              + given
              + " for input '"
              + input.name()
              + "'; expected "
              + input.fact());
    }
    return new TensorFact(input.fact().type(), given);
  }

  private EngineException unbound(OnnxModel.Value input) {
    return new EngineException(
        model.label()
            + ": input '"
            + input.name()
            + "' is "
            + input.fact()
            + "; its unknown dimensions must be bound. Maybe give a real input, or a shape for it");
  }

  private ByteBuffer allocate(String name, TensorFact fact) {
    try {
      return TensorData.allocate(fact);
    } catch (ModelException e) {
      throw new EngineException(model.label() + ": input '" + name + "': " + e.getMessage(), e);
    }
  }

  private TensorData fill(String name, TensorFact fact) {
    ByteBuffer data = allocate(name, fact);
    int count = Math.toIntExact(fact.elements());
    switch (fact.type()) {
      case FLOAT32 -> floats(fact, count).forEach(data::putFloat);
      case FLOAT64 -> floats(fact, count).forEach(v -> data.putDouble(v));
      case FLOAT16 -> floats(fact, count).forEach(v -> data.putShort(halfBits(v)));
      case BFLOAT16 ->
          floats(fact, count).forEach(v -> data.putShort((short) (Float.floatToIntBits(v) >> 16)));
      case UINT8 -> repeat(count, () -> data.put((byte) random.nextInt(BYTE_RANGE)));
      case INT64 -> integers(name, count).forEach(data::putLong);
      case INT32, UINT32 -> integers(name, count).forEach(v -> data.putInt((int) v));
      case BOOL -> repeat(count, () -> data.put((byte) 1));
      default -> {
        while (data.hasRemaining()) {
          data.put((byte) 0);
        }
      }
    }
    data.flip();
    return new TensorData(fact, data);
  }

  private static void repeat(int count, Runnable action) {
    for (int i = 0; i < count; i++) {
      action.run();
    }
  }

  private List<Float> floats(TensorFact fact, int count) {
    List<Float> values = new ArrayList<>(count);
    boolean image = fact.shape().size() == 4;
    double phase = random.nextDouble() * Math.PI;
    double stride = 0.01 + 0.05 * random.nextDouble();
    for (int i = 0; i < count; i++) {
      double value =
          image
              ? Math.sin(phase + i * stride) + 0.3 * random.nextGaussian()
              : random.nextGaussian();
      values.add((float) value);
    }
    return values;
  }

  private LongStream integers(String name, int count) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.contains("mask")) {
      return LongStream.range(0, count).map(i -> 1);
    }
    if (lower.contains("type") || lower.contains("segment")) {
      return LongStream.range(0, count).map(i -> 0);
    }
    int range = range(name);
    return LongStream.range(0, count).map(i -> random.nextInt(range));
  }

  /** The rows of the table that an input indexes, or a small number. */
  private int range(String input) {
    for (NodeProto node : model.proto().getGraph().getNodeList()) {
      if (node.getOpType().equals("Gather")
          && node.getInputCount() == 2
          && node.getInput(1).equals(input)) {
        for (TensorProto table : model.proto().getGraph().getInitializerList()) {
          if (table.getName().equals(node.getInput(0)) && table.getDimsCount() > 0) {
            return (int) Math.max(1, Math.min(Integer.MAX_VALUE, table.getDims(0)));
          }
        }
      }
    }
    return SMALL_RANGE;
  }

  /** To half precision; our samples are small, so neither overflow nor rounding matters. */
  private static short halfBits(float value) {
    int bits = Float.floatToIntBits(value);
    int exponent = ((bits >> 23) & 0xff) - 127 + 15;
    if (exponent <= 0) {
      return 0;
    }
    return (short) ((bits >>> 16 & 0x8000) | Math.min(exponent, 30) << 10 | (bits >> 13 & 0x3ff));
  }
}
