package org.scalpel.examples;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.scalpel.app.UserException;
import org.scalpel.codec.Image;
import org.scalpel.cost.Pictures;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Pixels;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.onnx.GraphProto;

/**
 * A detector of the YOLOX family with its picture input at its head and, at its tail, the choice of
 * the surest places: a request carries bytes of pixels, and an answer some kilobytes instead of a
 * megabyte, wherever the model is cut.
 *
 * <pre>
 *   before  images float32 [1,3,S,S] ── YOLOX ── output [1,N,5+C]
 *   after   images_uint8 [1,S,S,3] ── … ── output ─┬─ Slice 0..3 ───────────────── Gather ── top_box
 *                                                  ├─ Gather wanted ─ ArgMax ───── Gather ── top_kind
 *                                                  │        └─ ReduceMax ─ Mul ─ TopK ─┬──── top_score
 *                                                  └─ Gather 4 (an object?) ─┘         └──── top_place
 * </pre>
 */
final class Detector {
  private static final int[] STRIDES = {8, 16, 32};
  private static final int BEFORE_CLASSES = 5;
  private static final int CLASSES = 80;
  private static final int TOP = 64;
  private static final double REPEATS = 0.45;
  private static final String SCORE = "top_score";
  private static final String PLACE = "top_place";
  private static final String BOX = "top_box";
  private static final String KIND = "top_kind";

  private final OnnxModel model;
  private final String input;
  private final int side;
  private final Wanted wanted;
  private final double least;

  private Detector(OnnxModel model, String input, int side, Wanted wanted, double least) {
    this.model = model;
    this.input = input;
    this.side = side;
    this.wanted = wanted;
    this.least = least;
  }

  /** What is looked for, of the 80 classes of the COCO data set. */
  enum Wanted {
    PERSONS(Map.of(0, "person")),
    VEHICLES(Map.of(2, "car", 3, "motorcycle", 5, "bus", 7, "truck")),
    /** Whatever there is: who looks straight down sees cars that a detector takes for phones. */
    THINGS(
        IntStream.range(0, CLASSES)
            .boxed()
            .collect(Collectors.toMap(index -> index, index -> "thing")));

    @SuppressWarnings("ImmutableEnumChecker") // cannot be changed
    private final SortedMap<Integer, String> names;

    Wanted(Map<Integer, String> names) {
      this.names = Collections.unmodifiableSortedMap(new TreeMap<>(names));
    }

    private long[] columns() {
      return names.keySet().stream().mapToLong(index -> BEFORE_CLASSES + index).toArray();
    }

    private String name(int at) {
      return names.values().stream().skip(at).findFirst().orElseThrow();
    }
  }

  /**
   * Reads a model file.
   *
   * @param wanted what is looked for
   * @param least score that counts
   * @throws UserException it is no detector of this family
   */
  static Detector read(Path file, Wanted wanted, double least) {
    return of(OnnxModel.read(file), wanted, least);
  }

  static Detector of(OnnxModel plain, Wanted wanted, double least) {
    int side = side(plain);
    Pixels pixels = Pixels.raw(Pixels.Order.BGR, Pixels.Layout.NCHW);
    Preprocessing image = Preprocessing.of(plain, Preprocessing.Fit.PAD, pixels);
    return new Detector(
        withTail(image.prepend(plain), wanted, Math.min(TOP, places(side))),
        image.imageInput(),
        side,
        wanted,
        least);
  }

  private static int side(OnnxModel plain) {
    List<Long> in = plain.inputs().get(0).fact().shape();
    List<Long> out = plain.outputs().get(0).fact().shape();
    boolean shaped = in.size() == 4 && out.size() == 3 && plain.outputs().size() == 1;
    long side = shaped ? in.get(2) : 0;
    boolean coco = shaped && out.get(2) == BEFORE_CLASSES + CLASSES;
    boolean square = shaped && side > 0 && side % 32 == 0 && in.get(3) == side && in.get(1) == 3;
    if (!square
        || out.get(1) != places((int) side)
        || !coco
        || plain.opset() < 10
        || plain.opset() > 17) {
      throw new UserException(
          plain.label()
              + ": takes "
              + in
              + " and answers "
              + out
              + "; expected a YOLOX detector of COCO classes: [1, 3, S, S] and [1, the places of strides 8, 16 and 32, 85],"
              + " operator set 10 to 17");
    }
    return (int) side;
  }

  private static int places(int side) {
    int places = 0;
    for (int stride : STRIDES) {
      places += (side / stride) * (side / stride);
    }
    return places;
  }

  private static OnnxModel withTail(OnnxModel model, Wanted wanted, int count) {
    String out = model.outputs().get(0).name();
    GraphProto tail = tail(out, model.opset(), wanted, count).getGraph();
    GraphProto.Builder graph = model.proto().getGraph().toBuilder();
    graph.addValueInfo(graph.getOutput(0)).clearOutput();
    graph.addAllNode(tail.getNodeList()).addAllInitializer(tail.getInitializerList());
    graph.addAllOutput(tail.getOutputList());
    return OnnxModel.of(model.proto().toBuilder().setGraph(graph).build(), model.folder());
  }

  private static org.scalpel.onnx.ModelProto tail(
      String out, long opset, Wanted wanted, int count) {
    long[] classes = wanted.columns();
    var second = ModelBuilder.attribute("axis", 1L);
    var last = ModelBuilder.attribute("axis", 2L);
    var flat = ModelBuilder.attribute("keepdims", 0L);
    return ModelBuilder.opset(opset)
        .initializer("tail_zero", TensorData.ofLongs(new long[] {0}, 1))
        .initializer("tail_four", TensorData.ofLongs(new long[] {4}, 1))
        .initializer("tail_axis", TensorData.ofLongs(new long[] {2}, 1))
        .initializer("tail_object", TensorData.ofLongs(new long[] {4}))
        .initializer("tail_classes", TensorData.ofLongs(classes, classes.length))
        .initializer("tail_count", TensorData.ofLongs(new long[] {count}, 1))
        .node("Slice", List.of(out, "tail_zero", "tail_four", "tail_axis"), List.of("tail_boxes"))
        .node("Gather", List.of(out, "tail_object"), List.of("tail_sure"), last)
        .node("Gather", List.of(out, "tail_classes"), List.of("tail_wanted"), last)
        .node(
            "ReduceMax",
            List.of("tail_wanted"),
            List.of("tail_best"),
            ModelBuilder.attribute("axes", List.of(2L)),
            flat)
        .node("ArgMax", List.of("tail_wanted"), List.of("tail_kind"), last, flat)
        .node("Mul", List.of("tail_sure", "tail_best"), List.of("tail_score"))
        .node("TopK", List.of("tail_score", "tail_count"), List.of(SCORE, PLACE), second)
        .node("Gather", List.of("tail_boxes", PLACE), List.of(BOX), second)
        .node("Gather", List.of("tail_kind", PLACE), List.of(KIND), second)
        .output(SCORE, TensorFact.of(ElementType.FLOAT32, 1, count))
        .output(PLACE, TensorFact.of(ElementType.INT64, 1, count))
        .output(BOX, TensorFact.of(ElementType.FLOAT32, 1, 1, count, 4))
        .output(KIND, TensorFact.of(ElementType.INT64, 1, 1, count))
        .proto();
  }

  /** The model to plan, cut and run. */
  OnnxModel model() {
    return model;
  }

  /** Of the square picture that it takes. */
  int side() {
    return side;
  }

  /** The name of its input. */
  String input() {
    return input;
  }

  /** The inputs for a square picture. */
  Map<String, TensorData> inputs(Image square) {
    return Map.of(input, Pictures.tensor(square));
  }

  /** What an answer says, in pixels of the picture that was fitted into the square. */
  List<Detection> detections(Map<String, TensorData> outputs, Letterbox fitted) {
    float[] scores = of(outputs, SCORE).floats();
    long[] places = of(outputs, PLACE).longs();
    float[] boxes = of(outputs, BOX).floats();
    long[] kinds = of(outputs, KIND).longs();
    List<Detection> all = new ArrayList<>();
    for (int i = 0; i < scores.length && scores[i] >= least; i++) {
      Box box = box((int) places[i], boxes, 4 * i);
      all.add(new Detection(fitted.back(box), scores[i], wanted.name((int) kinds[i])));
    }
    return Detection.withoutRepeats(all, REPEATS);
  }

  /** YOLOX tells centres relative to a cell of its grids, and logarithms of sizes. */
  private Box box(int place, float[] raw, int at) {
    int left = place;
    for (int stride : STRIDES) {
      int cells = side / stride;
      if (left < cells * cells) {
        double x = (raw[at] + left % cells) * stride;
        int row = left / cells;
        double y = (raw[at + 1] + row) * stride;
        return Box.around(x, y, Math.exp(raw[at + 2]) * stride, Math.exp(raw[at + 3]) * stride);
      }
      left -= cells * cells;
    }
    throw new IllegalStateException("a detector of side " + side + " has no place " + place);
  }

  private static TensorData of(Map<String, TensorData> outputs, String name) {
    return Optional.ofNullable(outputs.get(name))
        .orElseThrow(() -> new IllegalStateException("the answer has no output " + name));
  }
}
