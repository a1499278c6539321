package org.scalpel.learn;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a single layer does. In the order in which a layer gives its kernel the type: a convolution
 * with an activation is a convolution.
 */
enum Role {
  RECURRENT("LSTM", "GRU", "RNN"),
  ATTENTION("Attention", "MultiHeadAttention", "QAttention", "GroupQueryAttention"),
  CONV("Conv", "ConvTranspose", "ConvInteger", "QLinearConv", "DeformConv", "FusedConv"),
  PRODUCT(
      "Gemm",
      "MatMul",
      "MatMulInteger",
      "QLinearMatMul",
      "QGemm",
      "FusedMatMul",
      "FusedGemm",
      "Einsum"),
  NORM(
      "BatchNormalization",
      "InstanceNormalization",
      "LayerNormalization",
      "GroupNormalization",
      "SkipLayerNormalization",
      "SimplifiedLayerNormalization",
      "RMSNormalization",
      "LpNormalization",
      "MeanVarianceNormalization",
      "LRN",
      "Softmax",
      "LogSoftmax"),
  RESIZE("Resize", "Upsample", "GridSample", "RoiAlign"),
  POOL(
      "MaxPool",
      "AveragePool",
      "GlobalMaxPool",
      "GlobalAveragePool",
      "LpPool",
      "GlobalLpPool",
      "QLinearAveragePool",
      "QLinearGlobalAveragePool"),
  REDUCE(
      "ReduceMean",
      "ReduceSum",
      "ReduceMax",
      "ReduceMin",
      "ReduceProd",
      "ReduceL1",
      "ReduceL2",
      "ReduceSumSquare",
      "ReduceLogSum",
      "ReduceLogSumExp",
      "ArgMax",
      "ArgMin",
      "CumSum",
      "TopK"),
  CONCAT("Concat", "QLinearConcat"),
  GATHER("Gather", "GatherElements", "GatherND", "ScatterND", "ScatterElements", "OneHot"),
  SPLIT("Split", "Slice"),
  TRANSPOSE(
      "Transpose", "Pad", "Expand", "Tile", "DepthToSpace", "SpaceToDepth", "ReverseSequence"),
  BINARY(
      "Add",
      "Sub",
      "Mul",
      "Div",
      "Sum",
      "Mean",
      "Max",
      "Min",
      "Pow",
      "Mod",
      "PRelu",
      "Where",
      "Equal",
      "Greater",
      "GreaterOrEqual",
      "Less",
      "LessOrEqual",
      "And",
      "Or",
      "Xor",
      "QLinearAdd",
      "QLinearMul"),
  COSTLY(
      "Sigmoid",
      "Tanh",
      "Erf",
      "Exp",
      "Log",
      "Gelu",
      "FastGelu",
      "BiasGelu",
      "QuickGelu",
      "Elu",
      "Selu",
      "Celu",
      "Softplus",
      "Softsign",
      "Mish",
      "Swish",
      "Sin",
      "Cos",
      "Sqrt",
      "Reciprocal",
      "QLinearSigmoid"),
  CHEAP(
      "Relu",
      "Clip",
      "LeakyRelu",
      "HardSigmoid",
      "HardSwish",
      "ThresholdedRelu",
      "Abs",
      "Neg",
      "Floor",
      "Ceil",
      "Round",
      "Sign",
      "Not",
      "QLinearLeakyRelu"),
  QUANTISE("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear"),
  OTHER,
  SHAPE(
      "Reshape",
      "Flatten",
      "Squeeze",
      "Unsqueeze",
      "Identity",
      "Dropout",
      "Shape",
      "Size",
      "Cast",
      "Constant",
      "ConstantOfShape",
      "Range");

  private static final Map<String, Role> BY_OP = new HashMap<>();

  static {
    for (Role role : values()) {
      role.ops.forEach(op -> BY_OP.put(op, role));
    }
  }

  @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
  private final Set<String> ops;

  Role(String... ops) {
    this.ops = Set.of(ops);
  }

  static Role of(String op) {
    return BY_OP.getOrDefault(op, OTHER);
  }
}
