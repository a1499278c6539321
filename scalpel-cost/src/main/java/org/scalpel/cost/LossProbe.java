package org.scalpel.cost;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineException;
import org.scalpel.engine.Session;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelGraph.KernelTensor;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.NodeProto;
import org.scalpel.onnx.TensorShapeProto;
import org.scalpel.onnx.TypeProto;
import org.scalpel.onnx.ValueInfoProto;

/**
 * The values of tensors inside a model, and what its outputs do when one of them changes.
 *
 * <p>Every such tensor gets an addition behind it, {@code t = t_exact + t_change}, whose second
 * operand is an input of the session: one zero, spread over the tensor, or what a codec changed. So
 * one session tells the loss of every tensor and every codec.
 */
final class LossProbe implements AutoCloseable {
  private static final String EXACT = "__scalpel_exact";
  private static final String CHANGE = "__scalpel_change";

  private final Session taps;
  private final Session changeable;
  private final Map<String, TensorData> calm;
  private Map<String, TensorData> given = Map.of();
  private Map<String, TensorData> before = Map.of();

  private LossProbe(Session taps, Session changeable, Map<String, TensorData> calm) {
    this.taps = taps;
    this.changeable = changeable;
    this.calm = calm;
  }

  static LossProbe open(
      Engine engine,
      KernelGraph kernels,
      List<KernelTensor> tensors,
      Map<String, TensorFact> facts) {
    OnnxModel model = kernels.layers().model();
    Set<String> inner = new HashSet<>();
    Map<String, TensorData> calm = new LinkedHashMap<>();
    for (KernelTensor tensor : tensors) {
      TensorFact fact = facts.get(tensor.name());
      if (tensor.producer() >= 0 && fact != null) {
        inner.add(tensor.name());
        if (fact.type() == ElementType.FLOAT32) {
          long[] ones = new long[fact.shape().size()];
          java.util.Arrays.fill(ones, 1);
          calm.put(tensor.name() + CHANGE, TensorData.ofFloats(new float[1], ones));
        }
      }
    }
    Session taps = engine.open(tapped(model.proto(), inner), model.folder(), model.label());
    try {
      Session changeable =
          engine.open(changeable(model.proto(), calm), model.folder(), model.label());
      return new LossProbe(taps, changeable, calm);
    } catch (RuntimeException e) {
      taps.close();
      throw e;
    }
  }

  private static ModelProto tapped(ModelProto model, Set<String> inner) {
    GraphProto.Builder graph = model.getGraph().toBuilder().clearOutput();
    inner.forEach(name -> graph.addOutput(ValueInfoProto.newBuilder().setName(name)));
    if (inner.isEmpty()) {
      graph.addAllOutput(model.getGraph().getOutputList());
    }
    return model.toBuilder().setGraph(graph).build();
  }

  private static ModelProto changeable(ModelProto model, Map<String, TensorData> calm) {
    GraphProto.Builder graph = model.getGraph().toBuilder().clearNode();
    for (NodeProto node : model.getGraph().getNodeList()) {
      NodeProto.Builder changed = node.toBuilder();
      List<NodeProto> additions = new ArrayList<>();
      for (int i = 0; i < node.getOutputCount(); i++) {
        String name = node.getOutput(i);
        if (calm.containsKey(name + CHANGE)) {
          changed.setOutput(i, name + EXACT);
          additions.add(
              NodeProto.newBuilder()
                  .setOpType("Add")
                  .setName(name + CHANGE + "_add")
                  .addInput(name + EXACT)
                  .addInput(name + CHANGE)
                  .addOutput(name)
                  .build());
        }
      }
      graph.addNode(changed).addAllNode(additions);
    }
    calm.forEach((name, zero) -> graph.addInput(open(name, zero.fact().shape().size())));
    return model.toBuilder().setGraph(graph).build();
  }

  /** Single precision of that rank, every dimension open. */
  private static ValueInfoProto open(String name, int rank) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int d = 0; d < rank; d++) {
      shape.addDimBuilder();
    }
    TypeProto.Builder type = TypeProto.newBuilder();
    type.getTensorTypeBuilder().setElemType(ElementType.FLOAT32.onnxCode()).setShape(shape);
    return ValueInfoProto.newBuilder().setName(name).setType(type).build();
  }

  /** The tensors inside the model for these inputs; losses are measured with the same ones. */
  Map<String, TensorData> values(Map<String, TensorData> inputs) {
    given = inputs;
    Map<String, TensorData> all = new HashMap<>(inputs);
    all.putAll(calm);
    before = changeable.run(all);
    return Collections.unmodifiableMap(taps.run(inputs));
  }

  /**
   * What changes in the outputs when {@code before} becomes {@code after}: the largest change of an
   * output, relative to its largest value. Empty where the model does not take the changed tensor.
   */
  OptionalDouble loss(KernelTensor tensor, TensorData exact, TensorData rounded) {
    Map<String, TensorData> all = new HashMap<>(given);
    all.putAll(calm);
    if (tensor.producer() < 0) {
      all.put(tensor.name(), rounded);
    } else {
      all.put(tensor.name() + CHANGE, difference(exact, rounded));
    }
    Map<String, TensorData> after;
    try {
      after = changeable.run(all);
    } catch (EngineException e) {
      return OptionalDouble.empty();
    }
    double most = 0;
    for (Map.Entry<String, TensorData> output : before.entrySet()) {
      TensorData other = after.get(output.getKey());
      if (other == null || !other.fact().equals(output.getValue().fact())) {
        most = Math.max(most, 1);
      } else {
        most = Math.max(most, CodecTimer.change(output.getValue(), other));
      }
    }
    changeable.recycle(after);
    return Double.isFinite(most) ? OptionalDouble.of(most) : OptionalDouble.empty();
  }

  /** What is infinite or no number stays so; there is no difference to add. */
  private static TensorData difference(TensorData exact, TensorData rounded) {
    float[] from = exact.floats();
    float[] to = rounded.floats();
    for (int i = 0; i < from.length; i++) {
      float change = to[i] - from[i];
      to[i] = Float.isFinite(change) ? change : 0;
    }
    return TensorData.ofFloats(to, exact.fact().dims());
  }

  @Override
  public void close() {
    changeable.close();
    taps.close();
  }
}
