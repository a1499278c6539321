package org.scalpel.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The units that are placed: groups of layers that the runtime executes as one, and the tensors
 * between them. Acyclic, so that every kernel can run as soon as its inputs are there; cuts exist
 * only between kernels.
 *
 * <p>The groups come from what the runtime did to the model ({@link #of}) or from a stored list
 * ({@link #ofGroups}); the {@link #digest()} tells whether two graphs are the same.
 */
public final class KernelGraph {
  private final LayerGraph layers;
  private final List<Kernel> kernels;
  private final List<KernelTensor> tensors;
  private final int[] kernelOfLayer;
  private final Map<String, Kernel> byName = new HashMap<>();
  private final String digest;

  /**
   * A group of layers.
   *
   * @param index in {@link KernelGraph#kernels()}, which are in an order in which they can run
   * @param name that of its last layer; unique
   * @param layers ascending
   */
  public record Kernel(int index, String name, List<Integer> layers) {}

  /**
   * A tensor that enters the model, leaves it, or passes from one kernel to another.
   *
   * @param producer the kernel that makes it, or -1 for a model input
   * @param consumers the other kernels that read it, each once, ascending
   * @param output whether it is an output of the model
   */
  public record KernelTensor(
      int index, String name, int producer, List<Integer> consumers, boolean output) {}

  private KernelGraph(LayerGraph layers, int[] group) {
    this.layers = layers;
    this.kernelOfLayer = Condensation.acyclic(layers, group);
    this.kernels = kernels(layers, kernelOfLayer);
    this.tensors = tensors(layers, kernelOfLayer);
    StringBuilder text = new StringBuilder();
    for (Kernel kernel : kernels) {
      byName.put(kernel.name(), kernel);
      kernel.layers().forEach(l -> text.append(layers.layers().get(l).name()).append('\t'));
      text.append('\n');
    }
    this.digest = Digests.of(text.toString());
  }

  /**
   * The kernels of a runtime, from the tensors that are left after its optimisation. A tensor that
   * disappeared ties its producer and its consumers into one kernel, with the exceptions that
   * {@link FusionRules} explains.
   */
  public static KernelGraph of(LayerGraph layers, Set<String> survivingTensorNames) {
    return new KernelGraph(layers, new FusionRules(layers, survivingTensorNames).groups());
  }

  /**
   * The kernels of a stored list: for each kernel the names of its layers. The list must name every
   * layer once and must be free of cycles between kernels.
   */
  public static KernelGraph ofGroups(LayerGraph layers, List<List<String>> layerNamesPerKernel) {
    Map<String, Integer> index = new HashMap<>();
    layers.layers().forEach(l -> index.put(l.name(), l.index()));
    int[] group = new int[layers.layers().size()];
    Arrays.fill(group, -1);
    for (int k = 0; k < layerNamesPerKernel.size(); k++) {
      for (String name : layerNamesPerKernel.get(k)) {
        Integer layer = index.get(name);
        if (layer == null || group[layer] >= 0) {
          throw new ModelException(
              layers.model().label()
                  + ": kernel list names layer '"
                  + name
                  + (layer == null ? "', which the model has not" : "' twice"));
        }
        group[layer] = k;
      }
    }
    for (LayerGraph.Layer layer : layers.layers()) {
      if (group[layer.index()] < 0) {
        throw new ModelException(
            layers.model().label() + ": kernel list misses layer '" + layer.name() + "'");
      }
    }
    KernelGraph graph = new KernelGraph(layers, group);
    long wanted = layerNamesPerKernel.stream().filter(g -> !g.isEmpty()).count();
    if (graph.kernels.size() != wanted) {
      throw new ModelException(
          layers.model().label()
              + ": kernel list of "
              + wanted
              + " kernels has cycles or ties that make it "
              + graph.kernels.size());
    }
    return graph;
  }

  /** In an order in which they can run. */
  public List<Kernel> kernels() {
    return kernels;
  }

  /** First the model inputs, then what the kernels hand on, in their order. */
  public List<KernelTensor> tensors() {
    return tensors;
  }

  /** SHA-256 over the layer names of every kernel, in order. */
  public String digest() {
    return digest;
  }

  /** The layers that were grouped. */
  public LayerGraph layers() {
    return layers;
  }

  /** The kernel of that name. */
  public Optional<Kernel> kernel(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The kernel of that name, or the kernel that holds the layer of that name. */
  public Optional<Kernel> holding(String name) {
    return kernel(name)
        .or(
            () ->
                layers.layers().stream()
                    .filter(layer -> layer.name().equals(name))
                    .findFirst()
                    .map(layer -> kernels.get(kernelOf(layer.index()))));
  }

  /** The index of the kernel that holds a layer. */
  public int kernelOf(int layer) {
    return kernelOfLayer[layer];
  }

  /** For every kernel the names of its layers: what {@link #ofGroups} takes. */
  public List<List<String>> groups() {
    return kernels.stream()
        .map(k -> k.layers().stream().map(l -> layers.layers().get(l).name()).toList())
        .toList();
  }

  private static List<Kernel> kernels(LayerGraph layers, int[] kernelOfLayer) {
    List<List<Integer>> members = new ArrayList<>();
    for (int layer = 0; layer < kernelOfLayer.length; layer++) {
      while (members.size() <= kernelOfLayer[layer]) {
        members.add(new ArrayList<>());
      }
      members.get(kernelOfLayer[layer]).add(layer);
    }
    // Groups may be numbered ahead of their first layer, so names wait until all are complete.
    List<Kernel> kernels = new ArrayList<>();
    for (List<Integer> group : members) {
      int last = group.get(group.size() - 1);
      kernels.add(new Kernel(kernels.size(), layers.layers().get(last).name(), List.copyOf(group)));
    }
    return List.copyOf(kernels);
  }

  private static List<KernelTensor> tensors(LayerGraph layers, int[] kernelOfLayer) {
    List<LayerGraph.Tensor> ordered = new ArrayList<>(layers.tensors());
    ordered.sort(Comparator.comparingInt(t -> t.producer() < 0 ? -1 : kernelOfLayer[t.producer()]));
    List<KernelTensor> tensors = new ArrayList<>();
    for (LayerGraph.Tensor tensor : ordered) {
      int producer = tensor.producer() < 0 ? -1 : kernelOfLayer[tensor.producer()];
      List<Integer> consumers =
          tensor.consumers().stream()
              .map(l -> kernelOfLayer[l])
              .filter(k -> k != producer)
              .distinct()
              .sorted()
              .toList();
      if (producer < 0 || tensor.output() || !consumers.isEmpty()) {
        tensors.add(
            new KernelTensor(tensors.size(), tensor.name(), producer, consumers, tensor.output()));
      }
    }
    return List.copyOf(tensors);
  }
}
