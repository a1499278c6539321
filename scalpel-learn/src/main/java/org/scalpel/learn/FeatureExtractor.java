package org.scalpel.learn;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelGraph.Kernel;
import org.scalpel.graph.KernelGraph.KernelTensor;
import org.scalpel.graph.KernelStats;
import org.scalpel.graph.KnownShapes;
import org.scalpel.graph.LayerGraph;
import org.scalpel.graph.LayerGraph.Layer;
import org.scalpel.graph.TensorFact;
import org.scalpel.onnx.NodeProto;

/** Reads the features of kernels off a graph. */
final class FeatureExtractor {
  private static final Set<String> EIGHT_BIT_CONV = Set.of("ConvInteger", "QLinearConv");
  private static final Set<String> EIGHT_BIT_PRODUCT =
      Set.of("MatMulInteger", "QLinearMatMul", "QGemm");
  private static final Set<KernelType> BLOCKS =
      EnumSet.of(KernelType.CONV, KernelType.GROUPED_CONV, KernelType.DEPTHWISE_CONV);

  /** They work on blocked channels when what they read comes so. */
  private static final Set<KernelType> KEEPS_BLOCKS =
      EnumSet.of(KernelType.POOL, KernelType.ELEMENTWISE, KernelType.ACTIVATION, KernelType.CONCAT);

  /** Of the widest processors; others have blocks of half as many. */
  private static final int CHANNELS_OF_A_BLOCK = 16;

  private static final Set<String> FUSED_SUMS = Set.of("Add", "Sum");

  private final KernelGraph kernels;
  private final LayerGraph layers;
  private final KnownShapes shapes;
  private final List<KernelStats> stats;
  private final List<List<KernelTensor>> inputs = new ArrayList<>();
  private final List<List<KernelTensor>> outputs = new ArrayList<>();
  private final Role[] roles;
  private final Layer[] main;
  private final KernelType[] types;
  private final boolean[] blocked;

  FeatureExtractor(KernelGraph kernels, Map<String, TensorFact> facts) {
    this.kernels = kernels;
    this.layers = kernels.layers();
    this.shapes = new KnownShapes(layers.model(), facts);
    this.stats = KernelStats.of(kernels, facts);
    int count = kernels.kernels().size();
    this.roles = new Role[count];
    this.main = new Layer[count];
    this.types = new KernelType[count];
    this.blocked = new boolean[count];
    for (int k = 0; k < count; k++) {
      inputs.add(new ArrayList<>());
      outputs.add(new ArrayList<>());
    }
    for (KernelTensor tensor : kernels.tensors()) {
      tensor.consumers().forEach(k -> inputs.get(k).add(tensor));
      if (tensor.producer() >= 0) {
        outputs.get(tensor.producer()).add(tensor);
      }
    }
    kernels.kernels().forEach(this::classify);
  }

  private void classify(Kernel kernel) {
    int k = kernel.index();
    main[k] = mainLayer(kernel);
    roles[k] = Role.of(main[k].op());
    types[k] = type(kernel);
    boolean keeps = KEEPS_BLOCKS.contains(types[k]) || main[k].op().equals("BatchNormalization");
    blocked[k] =
        BLOCKS.contains(types[k])
            || (keeps
                && !inputs.get(k).isEmpty()
                && inputs.get(k).stream().allMatch(this::comesBlocked));
    if (blocked[k] && kernel.layers().size() == 1 && isFusible(k)) {
      types[k] = KernelType.FUSIBLE;
    }
  }

  /**
   * An Add joins a convolution without an activation; a Relu joins either, or a norm of whole
   * blocks of channels. Other activations never do: measured, they have a time of their own.
   */
  private boolean isFusible(int k) {
    if (main[k].op().equals("Relu")) {
      return inputs.get(k).stream().anyMatch(tensor -> takesIn(tensor, true));
    }
    return FUSED_SUMS.contains(main[k].op())
        && inputs.get(k).size() == 2
        && inputs.get(k).stream().anyMatch(tensor -> takesIn(tensor, false));
  }

  private boolean takesIn(KernelTensor tensor, boolean afterSum) {
    int producer = tensor.producer();
    if (tensor.output() || tensor.consumers().size() != 1) {
      return false;
    }
    boolean sum = types[producer] == KernelType.FUSIBLE && roles[producer] == Role.BINARY;
    return (BLOCKS.contains(types[producer]) && !hasActivation(kernels.kernels().get(producer)))
        || (afterSum && (sum || normOfWholeBlocks(tensor)));
  }

  /** The runtime turns such a norm into a convolution by channel. */
  private boolean normOfWholeBlocks(KernelTensor tensor) {
    return main[tensor.producer()].op().equals("BatchNormalization")
        && shapes
            .fact(tensor.name())
            .filter(fact -> fact.shape().size() > 1)
            .map(fact -> fact.shape().get(1) % CHANNELS_OF_A_BLOCK == 0)
            .orElse(false);
  }

  private boolean comesBlocked(KernelTensor tensor) {
    return tensor.producer() >= 0 && blocked[tensor.producer()];
  }

  /** Of the strongest role; of several the one with the largest result. */
  private Layer mainLayer(Kernel kernel) {
    Layer best = layers.layers().get(kernel.layers().get(0));
    for (int index : kernel.layers()) {
      Layer layer = layers.layers().get(index);
      int order = Role.of(layer.op()).compareTo(Role.of(best.op()));
      if (order < 0 || (order == 0 && made(layer) > made(best))) {
        best = layer;
      }
    }
    return best;
  }

  private double made(Layer layer) {
    double elements = 0;
    for (int tensor : layer.outputs()) {
      elements += elements(layers.tensors().get(tensor).name());
    }
    return elements;
  }

  private KernelType type(Kernel kernel) {
    Layer layer = main[kernel.index()];
    return switch (roles[kernel.index()]) {
      case RECURRENT -> KernelType.RECURRENT;
      case ATTENTION -> KernelType.ATTENTION;
      case CONV -> convolution(kernel, layer);
      case PRODUCT -> product(kernel, layer);
      case NORM -> norm(kernel, layer);
      case RESIZE -> KernelType.RESIZE;
      case POOL -> KernelType.POOL;
      case REDUCE ->
          has(kernel, Set.of("Sqrt", "Pow")) ? layerNorm(kernel, true) : KernelType.REDUCE;
      case CONCAT -> KernelType.CONCAT;
      case GATHER -> KernelType.GATHER;
      case SPLIT -> KernelType.SPLIT;
      case TRANSPOSE, SHAPE -> KernelType.TRANSPOSE;
      case BINARY ->
          inputs.get(kernel.index()).size() < 2 && hasActivation(kernel)
              ? KernelType.ACTIVATION
              : KernelType.ELEMENTWISE;
      case COSTLY, CHEAP -> KernelType.ACTIVATION;
      case QUANTISE -> KernelType.QUANTISE;
      case OTHER -> KernelType.OTHER;
    };
  }

  private KernelType norm(Kernel kernel, Layer layer) {
    return switch (layer.op()) {
      case "BatchNormalization" -> KernelType.BATCH_NORM;
      case "LRN" -> KernelType.LOCAL_NORM;
      case "Softmax", "LogSoftmax" -> KernelType.SOFTMAX;
      default -> layerNorm(kernel, false);
    };
  }

  /**
   * Of one sample by itself: of a sum, or not.
   *
   * @param spelled the normalisation is made of single layers, among them sums of its own
   */
  private KernelType layerNorm(Kernel kernel, boolean spelled) {
    boolean adds =
        kernel.layers().stream().anyMatch(l -> Role.of(layers.layers().get(l).op()) == Role.BINARY);
    boolean sum = inputs.get(kernel.index()).size() > 1 || (!spelled && adds);
    return sum ? KernelType.SUM_NORM : KernelType.LAYER_NORM;
  }

  private KernelType convolution(Kernel kernel, Layer layer) {
    if (EIGHT_BIT_CONV.contains(layer.op()) || readsDequantised(kernel, layer)) {
      return KernelType.QUANTISED_CONV;
    }
    long groups = Attributes.integer(layers.node(layer.index()), "group", 1);
    if (groups <= 1) {
      return KernelType.CONV;
    }
    long channels =
        shapes
            .fact(layers.node(layer.index()).getInput(0))
            .filter(fact -> fact.shape().size() > 1)
            .map(fact -> fact.shape().get(1))
            .orElse(groups);
    return groups == channels ? KernelType.DEPTHWISE_CONV : KernelType.GROUPED_CONV;
  }

  private KernelType product(Kernel kernel, Layer layer) {
    if (EIGHT_BIT_PRODUCT.contains(layer.op()) || readsDequantised(kernel, layer)) {
      return KernelType.QUANTISED_MATMUL;
    }
    boolean computed = layer.inputs().size() > 1;
    boolean attends = computed && has(kernel, Set.of("Softmax"));
    return attends ? KernelType.ATTENTION : computed ? KernelType.MATMUL : KernelType.GEMM;
  }

  /** Whether what a layer reads is dequantised inside the kernel: the runtime works on 8 bits. */
  private boolean readsDequantised(Kernel kernel, Layer layer) {
    return layer.inputs().stream()
        .map(t -> layers.tensors().get(t).producer())
        .anyMatch(
            p ->
                p >= 0
                    && kernels.kernelOf(p) == kernel.index()
                    && layers.layers().get(p).op().equals("DequantizeLinear"));
  }

  private boolean has(Kernel kernel, Set<String> ops) {
    return kernel.layers().stream().anyMatch(l -> ops.contains(layers.layers().get(l).op()));
  }

  private boolean hasActivation(Kernel kernel) {
    return kernel.layers().stream()
        .map(l -> Role.of(layers.layers().get(l).op()))
        .anyMatch(role -> role == Role.COSTLY || role == Role.CHEAP);
  }

  KernelFeatures features(Kernel kernel) {
    int k = kernel.index();
    double[] values = new double[Feature.values().length];
    NodeProto node = layers.node(main[k].index());
    MainLayer.describe(node, data(main[k]), roles[k], shapes, values);
    set(values, Feature.ELEMENT_BYTES, elementBytes(data(main[k])));
    set(values, Feature.OUTPUT_ELEMENT_BYTES, elementBytes(node.getOutput(0)));
    traffic(k, values);
    for (int index : kernel.layers()) {
      count(layers.layers().get(index), values);
    }
    return KernelFeatures.of(types[k], values);
  }

  private String data(Layer layer) {
    return layer.inputs().isEmpty() ? "" : layers.tensors().get(layer.inputs().get(0)).name();
  }

  private void traffic(int k, double[] values) {
    double read = 0;
    double plainRead = 0;
    double blockedRead = 0;
    for (KernelTensor tensor : inputs.get(k)) {
      double bytes = bytes(tensor.name());
      read += bytes;
      plainRead += blocked[k] && !comesBlocked(tensor) ? bytes : 0;
      blockedRead += !blocked[k] && comesBlocked(tensor) ? bytes : 0;
    }
    double made = 0;
    double plainMade = 0;
    for (KernelTensor tensor : outputs.get(k)) {
      double bytes = bytes(tensor.name());
      made += bytes;
      boolean plain = tensor.output() || tensor.consumers().stream().anyMatch(c -> !blocked[c]);
      plainMade += blocked[k] && plain ? bytes : 0;
    }
    double weights = stats.get(k).parameterBytes();
    // Of operators without a formula there, the main layer may have said.
    double macs = Math.max(values[Feature.MACS.index()], stats.get(k).macs());
    set(values, Feature.INPUTS, inputs.get(k).size());
    set(values, Feature.OUTPUTS, outputs.get(k).size());
    set(values, Feature.MACS, macs);
    set(values, Feature.INPUT_BYTES, read);
    set(values, Feature.WEIGHT_BYTES, weights);
    set(values, Feature.OUTPUT_BYTES, made);
    set(values, Feature.INTENSITY, 2 * macs / Math.max(1, read + weights + made));
    set(values, Feature.PLAIN_INPUT_BYTES, plainRead);
    set(values, Feature.BLOCKED_INPUT_BYTES, blockedRead);
    set(values, Feature.PLAIN_OUTPUT_BYTES, plainMade);
  }

  private void count(Layer layer, double[] values) {
    Feature counter =
        switch (Role.of(layer.op())) {
          case CONV -> Feature.CONV_LAYERS;
          case PRODUCT, RECURRENT, ATTENTION -> Feature.PRODUCT_LAYERS;
          case NORM -> Feature.NORM_LAYERS;
          case POOL, REDUCE, RESIZE -> Feature.REDUCE_LAYERS;
          case CONCAT, GATHER, SPLIT, TRANSPOSE -> Feature.MOVE_LAYERS;
          case BINARY, OTHER -> Feature.BINARY_LAYERS;
          case COSTLY -> Feature.COSTLY_ACTIVATIONS;
          case CHEAP -> Feature.CHEAP_ACTIVATIONS;
          case QUANTISE -> Feature.QUANTISE_LAYERS;
          case SHAPE -> Feature.SHAPE_LAYERS;
        };
    values[counter.index()]++;
    values[Feature.LAYERS.index()]++;
    values[Feature.INNER_OUTPUT_ELEMENTS.index()] += made(layer);
  }

  private static void set(double[] values, Feature feature, double value) {
    values[feature.index()] = value;
  }

  private double elements(String tensor) {
    return shapes.fact(tensor).map(fact -> (double) fact.elements()).orElse(0.0);
  }

  private double elementBytes(String tensor) {
    return shapes
        .fact(tensor)
        .filter(fact -> fact.type() != ElementType.STRING)
        .map(fact -> fact.type().bits().orElse(0) / 8.0)
        .orElse(0.0);
  }

  private double bytes(String tensor) {
    return shapes
        .fact(tensor)
        .filter(fact -> fact.type() != ElementType.STRING)
        .map(fact -> (double) fact.bytes())
        .orElse(0.0);
  }
}
