package org.scalpel.graph;

import java.util.ArrayList;
import java.util.List;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.NodeProto;

/**
 * The head of an exit: a fully connected layer over its features, as ordinary nodes.
 *
 * <pre>
 *   features ── Gemm ── Softmax ── exit1 [N,classes]
 * </pre>
 *
 * @param place what it reads
 * @param weights {@code features} rows of {@code classes} columns, divided by the temperature
 * @param bias {@code classes} numbers, likewise
 * @param temperature that they were divided by
 */
// Arrays: numbers on their way into a file, by the hundred thousand.
@SuppressWarnings("ArrayRecordComponent")
public record ExitHead(ExitPlace place, float[] weights, float[] bias, double temperature) {
  private static final float TINY = 1e-9f;
  private static final int ROW = 2;

  /** Checks the sizes. */
  public ExitHead {
    if (weights.length != place.features() * bias.length) {
      throw new ModelException(
          "exit '%s': %d weights; expected %d of %d features and %d classes"
              .formatted(
                  place.name(),
                  weights.length,
                  place.features() * bias.length,
                  place.features(),
                  bias.length));
    }
  }

  /**
   * The model's own end as the last exit: its answer as probabilities at a temperature.
   *
   * <pre>
   *   output ── (Add ── Log, of probabilities) ── (Flatten) ── Div ── Softmax ── final [N,classes]
   * </pre>
   *
   * @param name of the exit
   * @param output of the model
   * @param rank how many dimensions it really has
   * @param probabilities whether it holds probabilities; logits otherwise
   */
  public record End(
      String name, String output, int rank, boolean probabilities, double temperature) {}

  /**
   * The model with heads: its own outputs, then one for each exit in the order of depth, the end
   * last; what they are stands in its metadata ({@link EarlyExits}).
   */
  public static OnnxModel attached(
      OnnxModel model, List<ExitHead> heads, End end, Confidence confidence) {
    GraphProto.Builder graph = model.proto().getGraph().toBuilder();
    List<EarlyExits.Exit> exits = new ArrayList<>();
    int classes = heads.get(0).bias().length;
    long batch = model.inputs().get(0).fact().shape().get(0);
    for (ExitHead head : heads) {
      String name = head.place().name();
      head.place().check(model);
      graph.addAllNode(head.place().nodes());
      head.addLayer(graph);
      exits.add(new EarlyExits.Exit(name, name, head.place().after(), head.temperature()));
    }
    addEnd(graph, model, end);
    exits.add(new EarlyExits.Exit(end.name(), end.name(), end.output(), end.temperature()));
    TensorFact answer = TensorFact.of(ElementType.FLOAT32, batch, classes);
    exits.forEach(exit -> graph.addOutput(ValueTypes.declare(exit.output(), answer)));
    OnnxModel built =
        OnnxModel.of(
            model.proto().toBuilder().setGraph(graph).build(), model.folder(), model.label());
    return new EarlyExits(1, confidence.text(), classes, exits).declaredBy(built);
  }

  private void addLayer(GraphProto.Builder graph) {
    String name = place.name();
    String logits = name + "/gemm";
    graph.addInitializer(
        ModelBuilder.tensor(
            name + "/weights", TensorData.ofFloats(weights, place.features(), bias.length)));
    graph.addInitializer(
        ModelBuilder.tensor(name + "/bias", TensorData.ofFloats(bias, bias.length)));
    graph.addNode(
        ModelBuilder.node(
            logits,
            "Gemm",
            List.of(place.featuresName(), name + "/weights", name + "/bias"),
            List.of(logits)));
    graph.addNode(softmax(name, logits));
  }

  private static NodeProto softmax(String name, String logits) {
    return ModelBuilder.node(name + "/softmax", "Softmax", List.of(logits), List.of(name))
        .addAttribute(ModelBuilder.attribute("axis", 1L))
        .build();
  }

  private static void addEnd(GraphProto.Builder graph, OnnxModel model, End end) {
    if (model.wiring().id(end.name()) >= 0) {
      throw new ModelException(model.label() + ": already has a tensor '" + end.name() + "'");
    }
    Steps steps = new Steps(end.name() + "/", end.output());
    if (end.probabilities()) {
      steps.add("Add", TensorData.ofFloats(new float[] {TINY}, 1));
      steps.add("Log");
    }
    if (end.rank() == 1) {
      steps.add("Reshape", TensorData.ofLongs(new long[] {1, -1}, ROW));
    } else if (end.rank() > ROW) {
      steps.add("Flatten", ModelBuilder.attribute("axis", 1L));
    }
    steps.add("Div", TensorData.ofFloats(new float[] {(float) end.temperature()}, 1));
    steps.add("Softmax", ModelBuilder.attribute("axis", 1L));
    steps.finish(end.name());
    graph.addAllNode(steps.nodes());
    graph.addAllInitializer(steps.initializers());
  }
}
