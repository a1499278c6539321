package org.scalpel.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.StringStringEntryProto;
import org.scalpel.onnx.TensorShapeProto;
import org.scalpel.onnx.TypeProto;
import org.scalpel.onnx.ValueInfoProto;

/**
 * What stands between a picture and a model's input, written as ONNX nodes at the head of the model
 * so that it runs wherever the plan puts it, and so that the picture can travel as one byte per
 * channel instead of four.
 *
 * <pre>
 *   before  input float32 [N,3,H,W] ── model
 *   after   input_uint8 uint8 [N,H,W,3] ── Gather (BGR) ── Transpose (NCHW) ── Cast ── Mul ── Add ── model
 * </pre>
 *
 * <p>Steps that do nothing are left out. Every node is an ordinary operator of the model's own
 * operator set (7 or newer). Resizing the picture to {@code width × height} is the caller's part;
 * {@code fit} records how the model wants it done.
 *
 * @param input the model input that takes the picture
 * @param width of the picture in pixels, or 0 where the model takes any
 * @param height likewise
 */
public record Preprocessing(String input, int width, int height, Fit fit, Pixels pixels) {
  private static final long MIN_OPSET = 7;
  private static final String FIT_KEY = "scalpel_fit.";

  /** How a picture of another aspect is brought to the model's size. */
  public enum Fit {
    /** Both sides are scaled independently. */
    STRETCH,
    /** The short side is scaled, the middle is kept. */
    CROP,
    /** The long side is scaled, the rest is filled. */
    PAD
  }

  /** Checks the size. */
  public Preprocessing {
    if (width < 0 || height < 0 || width > 1 << 16 || height > 1 << 16) {
      throw new ModelException(
          "picture size " + width + "×" + height + "; expected 0 (any) to 65536");
    }
  }

  /** For a model's only input, at the size that it declares. */
  public static Preprocessing of(OnnxModel model, Fit fit, Pixels pixels) {
    if (model.inputs().size() != 1) {
      throw new ModelException(
          model.label()
              + ": has "
              + model.inputs().size()
              + " inputs; name the one that takes the picture");
    }
    OnnxModel.Value value = model.inputs().get(0);
    List<Long> shape = imageShape(model, value, pixels.layout());
    int height = (int) Math.max(0, shape.get(1));
    int width = (int) Math.max(0, shape.get(2));
    return new Preprocessing(value.name(), width, height, fit, pixels);
  }

  /** The name of the new input: uint8, {@code [N,H,W,3]}, RGB. */
  public String imageInput() {
    return input + "_uint8";
  }

  /**
   * How pictures of other sizes are brought to that of an input, if that was declared: it stays
   * with the model, so that whoever gets a picture file can do it.
   */
  public static Optional<Fit> fit(OnnxModel model, String input) {
    return model.proto().getMetadataPropsList().stream()
        .filter(entry -> entry.getKey().equals(FIT_KEY + input))
        .flatMap(
            entry -> Arrays.stream(Fit.values()).filter(f -> f.name().equals(entry.getValue())))
        .findFirst();
  }

  /** Whether an input takes pictures as they are: uint8 {@code [N,H,W,3]}. */
  public static boolean takesPictures(TensorFact fact) {
    List<Long> shape = fact.shape();
    return fact.type() == ElementType.UINT8 && shape.size() == 4 && shape.get(3) == 3;
  }

  /**
   * The model with these steps at its head.
   *
   * @throws ModelException when the input is missing, is no picture, or has another size
   */
  public OnnxModel prepend(OnnxModel model) {
    OnnxModel.Value value =
        model.inputs().stream()
            .filter(v -> v.name().equals(input))
            .findFirst()
            .orElseThrow(
                () ->
                    new ModelException(
                        model.label()
                            + ": has no input '"
                            + input
                            + "' for the picture; it has "
                            + model.inputs().stream().map(OnnxModel.Value::name).toList()));
    check(model, value);
    Steps steps = new Steps(input + "/scalpel_", imageInput());
    addSteps(steps, value.fact().type());
    steps.finish(input);
    GraphProto graph = model.proto().getGraph();
    GraphProto.Builder built = graph.toBuilder().clearNode().clearInput();
    built.addAllNode(steps.nodes()).addAllNode(graph.getNodeList());
    built.addAllInitializer(steps.initializers());
    for (ValueInfoProto info : graph.getInputList()) {
      if (info.getName().equals(input)) {
        built.addInput(imageInfo(info));
        built.addValueInfo(info);
      } else {
        built.addInput(info);
      }
    }
    ModelProto proto =
        model.proto().toBuilder()
            .setGraph(built)
            .addMetadataProps(
                StringStringEntryProto.newBuilder()
                    .setKey(FIT_KEY + imageInput())
                    .setValue(fit.name()))
            .setIrVersion(Math.max(WeightInputs.MIN_IR_VERSION, model.proto().getIrVersion()))
            .build();
    return OnnxModel.of(proto, model.folder(), model.label());
  }

  private void addSteps(Steps steps, ElementType type) {
    boolean nchw = pixels.layout() == Pixels.Layout.NCHW;
    boolean gray = pixels.order() == Pixels.Order.GRAY;
    if (pixels.order() == Pixels.Order.BGR) {
      steps.add(
          "Gather",
          TensorData.ofLongs(new long[] {2, 1, 0}, 3),
          ModelBuilder.attribute("axis", 3L));
    }
    if (nchw && !gray) {
      steps.add("Transpose", ModelBuilder.attribute("perm", List.of(0L, 3L, 1L, 2L)));
    }
    if (type == ElementType.UINT8) {
      return;
    }
    steps.add("Cast", ModelBuilder.attribute("to", (long) ElementType.FLOAT32.onnxCode()));
    if (gray) {
      steps.add("MatMul", TensorData.ofFloats(new float[] {0.299f, 0.587f, 0.114f}, 3, 1));
    }
    long[] shape =
        nchw && !gray ? new long[] {1, pixels.channels(), 1, 1} : new long[] {pixels.channels()};
    if (!allEqual(pixels.factors(), 1)) {
      steps.add("Mul", TensorData.ofFloats(pixels.factors(), shape));
    }
    if (!allEqual(pixels.offsets(), 0)) {
      steps.add("Add", TensorData.ofFloats(pixels.offsets(), shape));
    }
    if (nchw && gray) {
      steps.add("Transpose", ModelBuilder.attribute("perm", List.of(0L, 3L, 1L, 2L)));
    }
    if (type != ElementType.FLOAT32) {
      steps.add("Cast", ModelBuilder.attribute("to", (long) type.onnxCode()));
    }
  }

  private void check(OnnxModel model, OnnxModel.Value value) {
    String where = model.label() + ": input '" + input + "' " + value.fact();
    List<Long> shape = imageShape(model, value, pixels.layout());
    boolean sizes =
        fits(height, shape.get(1))
            && fits(width, shape.get(2))
            && fits(pixels.channels(), shape.get(3));
    if (!sizes) {
      throw new ModelException(
          where + " does not take a picture of " + width + "×" + height + " in " + pixels.order());
    }
    ElementType type = value.fact().type();
    boolean plain =
        allEqual(pixels.factors(), 1) && allEqual(pixels.offsets(), 0) && pixels.channels() == 3;
    if (!List.of(ElementType.FLOAT32, ElementType.FLOAT16, ElementType.FLOAT64, ElementType.UINT8)
            .contains(type)
        || (type == ElementType.UINT8 && !plain)) {
      throw new ModelException(
          where
              + " cannot take these pixels; expected a float input, or uint8 without scale and mean");
    }
    if (model.opset() < MIN_OPSET) {
      throw new ModelException(
          model.label() + ": operator set " + model.opset() + "; expected 7 or newer");
    }
    if (model.wiring().id(imageInput()) >= 0) {
      throw new ModelException(model.label() + ": already has a tensor '" + imageInput() + "'");
    }
  }

  private static boolean fits(int wanted, long declared) {
    return declared < 0 || wanted == 0 || wanted == declared;
  }

  private static boolean allEqual(float[] values, float wanted) {
    for (float value : values) {
      if (value != wanted) {
        return false;
      }
    }
    return true;
  }

  /** The declared shape as N, H, W, C. */
  private static List<Long> imageShape(
      OnnxModel model, OnnxModel.Value value, Pixels.Layout layout) {
    List<Long> shape = value.fact().shape();
    if (shape.size() != 4) {
      throw new ModelException(
          model.label()
              + ": input '"
              + value.name()
              + "' "
              + value.fact()
              + " is no picture; expected 4 dimensions, "
              + layout);
    }
    return switch (layout) {
      case NCHW -> List.of(shape.get(0), shape.get(2), shape.get(3), shape.get(1));
      case NHWC -> shape;
    };
  }

  /** Keeps the batch dimension as the model declares it, and sizes that nobody fixed. */
  private ValueInfoProto imageInfo(ValueInfoProto model) {
    TensorShapeProto declared = model.getType().getTensorType().getShape();
    boolean nchw = pixels.layout() == Pixels.Layout.NCHW;
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDim(declared.getDim(0));
    shape.addDim(height == 0 ? declared.getDim(nchw ? 2 : 1) : dim(height));
    shape.addDim(width == 0 ? declared.getDim(nchw ? 3 : 2) : dim(width));
    shape.addDim(dim(3));
    TypeProto.Tensor type =
        TypeProto.Tensor.newBuilder()
            .setElemType(ElementType.UINT8.onnxCode())
            .setShape(shape)
            .build();
    return ValueInfoProto.newBuilder()
        .setName(imageInput())
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  private static TensorShapeProto.Dimension dim(long size) {
    return TensorShapeProto.Dimension.newBuilder().setDimValue(size).build();
  }
}
