package org.scalpel.graph;

import java.util.List;
import java.util.Optional;
import org.scalpel.onnx.NodeProto;

/**
 * Multiply-accumulate operations of a node. With {@code |t|} the elements of a tensor:
 *
 * <pre>
 *   convolution             |Y| · |W| / outputs      W = [outputs, inputs/groups, kernel…]
 *   transposed convolution  |X| · |W| / inputs       W = [inputs, outputs/groups, kernel…]
 *   product                 |Y| · inner dimension
 *   recurrent               steps · batch · (|W| + |R|)
 * </pre>
 */
final class Macs {
  private Macs() {}

  static long of(NodeProto node, KnownShapes shapes) {
    return switch (node.getOpType()) {
      case "Conv", "ConvInteger", "DeformConv" ->
          perFilter(node.getOutput(0), input(node, 1), shapes);
      case "QLinearConv" -> perFilter(node.getOutput(0), input(node, 3), shapes);
      case "ConvTranspose" -> perFilter(input(node, 0), input(node, 1), shapes);
      case "MatMul", "MatMulInteger", "QLinearMatMul" -> product(node, shapes);
      case "Gemm" -> gemm(node, shapes);
      case "LSTM", "GRU", "RNN" -> recurrent(node, shapes);
      default -> 0;
    };
  }

  private static String input(NodeProto node, int index) {
    return index < node.getInputCount() ? node.getInput(index) : "";
  }

  private static long perFilter(String moved, String weights, KnownShapes shapes) {
    Optional<TensorFact> data = shapes.fact(moved);
    Optional<TensorFact> filter = shapes.weights(weights);
    if (data.isEmpty() || filter.isEmpty() || filter.get().shape().size() < 2) {
      return 0;
    }
    long filters = filter.get().shape().get(0);
    return filters == 0 ? 0 : times(data.get().elements(), filter.get().elements() / filters);
  }

  private static long product(NodeProto node, KnownShapes shapes) {
    Optional<TensorFact> left = shapes.weights(input(node, 0));
    Optional<TensorFact> result = shapes.fact(node.getOutput(0));
    if (left.isEmpty() || result.isEmpty() || left.get().shape().isEmpty()) {
      return 0;
    }
    List<Long> shape = left.get().shape();
    return times(result.get().elements(), shape.get(shape.size() - 1));
  }

  private static long gemm(NodeProto node, KnownShapes shapes) {
    Optional<TensorFact> left = shapes.weights(input(node, 0));
    Optional<TensorFact> result = shapes.fact(node.getOutput(0));
    if (left.isEmpty() || result.isEmpty() || result.get().shape().size() != 2) {
      return 0;
    }
    long rows = result.get().shape().get(0);
    return rows == 0 ? 0 : times(result.get().elements(), left.get().elements() / rows);
  }

  private static long recurrent(NodeProto node, KnownShapes shapes) {
    Optional<TensorFact> data = shapes.fact(input(node, 0));
    Optional<TensorFact> weights = shapes.weights(input(node, 1));
    Optional<TensorFact> recurrence = shapes.weights(input(node, 2));
    if (data.isEmpty()
        || weights.isEmpty()
        || recurrence.isEmpty()
        || data.get().shape().size() != 3) {
      return 0;
    }
    long steps = times(data.get().shape().get(0), data.get().shape().get(1));
    return times(
        steps, KernelStats.saturatingAdd(weights.get().elements(), recurrence.get().elements()));
  }

  private static long times(long a, long b) {
    return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
  }
}
