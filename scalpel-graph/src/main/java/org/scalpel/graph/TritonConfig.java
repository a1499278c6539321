package org.scalpel.graph;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The {@code config.pbtxt} of a segment in a Triton model repository. */
final class TritonConfig {
  /** What the enumeration {@code DataType} of the format has, under the protocol's names. */
  private static final Set<ElementType> TYPES =
      EnumSet.of(
          ElementType.BOOL,
          ElementType.UINT8,
          ElementType.UINT16,
          ElementType.UINT32,
          ElementType.UINT64,
          ElementType.INT8,
          ElementType.INT16,
          ElementType.INT32,
          ElementType.INT64,
          ElementType.FLOAT16,
          ElementType.FLOAT32,
          ElementType.FLOAT64,
          ElementType.STRING,
          ElementType.BFLOAT16);

  private TritonConfig() {}

  static String of(String name, Segment segment, Map<String, Manifest.Boundary> tensors) {
    return "name: "
        + quote(name)
        + "\nbackend: \"onnxruntime\"\nmax_batch_size: 0\n"
        + list("input", segment.inputs(), tensors)
        + list("output", segment.outputs(), tensors);
  }

  private static String list(
      String kind, List<String> names, Map<String, Manifest.Boundary> tensors) {
    return names.stream()
        .map(tensors::get)
        .map(TritonConfig::entry)
        .collect(Collectors.joining(",\n", kind + " [\n", "\n]\n"));
  }

  /** The format has no rank 0: a scalar is declared as one element and reshaped. */
  private static String entry(Manifest.Boundary tensor) {
    ElementType type = ElementType.ofContract(tensor.type());
    boolean scalar = tensor.shape().isEmpty();
    String dims =
        scalar
            ? "1"
            : tensor.shape().stream().map(String::valueOf).collect(Collectors.joining(", "));
    return "  { name: "
        + quote(tensor.name())
        + ", data_type: "
        + dataType(type, tensor.name())
        + ", dims: [ "
        + dims
        + " ]"
        + (scalar ? ", reshape: { shape: [ ] }" : "")
        + " }";
  }

  private static String dataType(ElementType type, String tensor) {
    if (!TYPES.contains(type)) {
      throw new ModelException(
          "tensor '"
              + tensor
              + "' is "
              + type.contractName()
              + ", which a model repository cannot declare; expected one of "
              + TYPES.stream().map(ElementType::contractName).toList());
    }
    return "TYPE_" + (type == ElementType.STRING ? "STRING" : type.oipName());
  }

  private static String quote(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
