package org.scalpel.graph;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The {@code config.pbtxt} of a segment in a Triton model repository. */
final class TritonConfig {
  private TritonConfig() {}

  static String of(String name, Segment segment, Map<String, Manifest.Boundary> tensors) {
    return "name: "
        + quote(name)
        + "\nplatform: \"onnxruntime_onnx\"\nmax_batch_size: 0\n"
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
        + ", data_type: TYPE_"
        + (type == ElementType.STRING ? "STRING" : type.oipName())
        + ", dims: [ "
        + dims
        + " ]"
        + (scalar ? ", reshape: { shape: [ ] }" : "")
        + " }";
  }

  private static String quote(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
