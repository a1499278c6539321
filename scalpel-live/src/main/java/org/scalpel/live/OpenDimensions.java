package org.scalpel.live;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.scalpel.graph.OnnxModel;
import org.scalpel.onnx.TensorShapeProto.Dimension;
import org.scalpel.onnx.ValueInfoProto;
import org.scalpel.tier.TierException;
import org.scalpel.tier.TierException.Kind;

/** The dimensions that a model leaves open under a name, and sizes for them. */
final class OpenDimensions {
  private final OnnxModel model;

  OpenDimensions(OnnxModel model) {
    this.model = model;
  }

  /**
   * The shapes of the inputs that have a bound dimension, by name; an unnamed first dimension is a
   * batch of one.
   *
   * @throws TierException no input has a dimension of a given name
   */
  Map<String, List<Long>> bind(Map<String, Long> sizes) {
    Set<String> known = new LinkedHashSet<>();
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    for (ValueInfoProto info : model.proto().getGraph().getInputList()) {
      List<Dimension> dims = info.getType().getTensorType().getShape().getDimList();
      dims.stream().filter(Dimension::hasDimParam).forEach(dim -> known.add(dim.getDimParam()));
      if (dims.stream().anyMatch(dim -> sizes.containsKey(dim.getDimParam()))) {
        shapes.put(info.getName(), shape(dims, sizes));
      }
    }
    for (String name : sizes.keySet()) {
      if (!known.contains(name)) {
        throw new TierException(
            Kind.INVALID,
            "dims: "
                + model.label()
                + " has no open dimension '"
                + name
                + "'; "
                + (known.isEmpty() ? "none is open" : "expected one of " + known));
      }
    }
    return shapes;
  }

  private static List<Long> shape(List<Dimension> dims, Map<String, Long> sizes) {
    List<Long> shape = new ArrayList<>();
    for (Dimension dim : dims) {
      long open = shape.isEmpty() ? 1 : -1;
      shape.add(
          dim.hasDimValue() ? dim.getDimValue() : sizes.getOrDefault(dim.getDimParam(), open));
    }
    return shape;
  }
}
