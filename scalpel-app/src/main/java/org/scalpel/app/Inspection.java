package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelGraph.Kernel;
import org.scalpel.graph.KernelGraph.KernelTensor;
import org.scalpel.graph.KernelStats;
import org.scalpel.graph.LayerGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Structure;
import org.scalpel.graph.TensorFact;

/** Everything that {@code inspect} knows about a model. */
record Inspection(
    KernelGraph kernels,
    Map<String, TensorFact> facts,
    List<KernelStats> stats,
    Structure structure) {
  private static final int HEAVIEST = 10;

  static Inspection of(KernelGraph kernels, Map<String, TensorFact> facts) {
    return new Inspection(kernels, facts, KernelStats.of(kernels, facts), Structure.of(kernels));
  }

  OnnxModel model() {
    return kernels.layers().model();
  }

  LayerGraph.Layer layer(int index) {
    return kernels.layers().layers().get(index);
  }

  String name(int kernel) {
    return kernels.kernels().get(kernel).name();
  }

  Optional<TensorFact> fact(KernelTensor tensor) {
    return Optional.ofNullable(facts.get(tensor.name())).filter(TensorFact::isStatic);
  }

  long macs() {
    return stats.stream().mapToLong(KernelStats::macs).sum();
  }

  long parameterBytes() {
    return stats.stream().mapToLong(KernelStats::parameterBytes).sum();
  }

  /** The facts at the head of a page or a terminal. */
  Map<String, String> summary() {
    Map<String, String> summary = new LinkedHashMap<>();
    summary.put("layers", String.valueOf(kernels.layers().layers().size()));
    summary.put("kernels", String.valueOf(kernels.kernels().size()));
    summary.put("MACs", Units.count(macs()));
    summary.put("weights", Units.bytes(parameterBytes()));
    summary.put("cut vertices", String.valueOf(structure.cutVertices().size()));
    summary.put("blocks", blocks());
    model().inputs().forEach(value -> summary.put("input " + value.name(), text(value)));
    model().outputs().forEach(value -> summary.put("output " + value.name(), text(value)));
    return summary;
  }

  private String text(OnnxModel.Value value) {
    return facts.getOrDefault(value.name(), value.fact()).toString();
  }

  private String blocks() {
    long branching =
        structure.blocks().stream().filter(block -> block.branches().size() > 1).count();
    long residual =
        structure.blocks().stream()
            .filter(block -> block.branches().stream().anyMatch(Structure.Branch::isShortcut))
            .count();
    return "%d, %d with branches, %d of them past a shortcut"
        .formatted(structure.blocks().size(), branching, residual);
  }

  /** The result for people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(model().label() + "  sha256 " + model().sha256());
    summary().forEach((key, value) -> lines.add("  %-18s %s".formatted(key, value)));
    lines.add("");
    TextTable table = new TextTable("heaviest kernels", "MACs", "share", "weights", "layers");
    double all = Math.max(1, macs());
    IntStream.range(0, stats.size())
        .boxed()
        .sorted(Comparator.comparingLong((Integer kernel) -> -stats.get(kernel).macs()))
        .limit(HEAVIEST)
        .forEach(
            kernel ->
                table.row(
                    name(kernel),
                    Units.count(stats.get(kernel).macs()),
                    Units.percent(stats.get(kernel).macs() / all),
                    Units.bytes(stats.get(kernel).parameterBytes()),
                    ops(kernels.kernels().get(kernel))));
    lines.addAll(table.lines());
    lines.add("");
    lines.addAll(cutTable());
    return lines;
  }

  private List<String> cutTable() {
    TextTable table = new TextTable("cheapest places to cut, after", "bytes across", "MACs before");
    long before = 0;
    Map<Integer, Long> macsBefore = new LinkedHashMap<>();
    for (int kernel = 0; kernel < stats.size(); kernel++) {
      before += stats.get(kernel).macs();
      macsBefore.put(kernel, before);
    }
    double all = Math.max(1, macs());
    structure.cutVertices().stream()
        .filter(kernel -> !made(kernel).isEmpty())
        .sorted(Comparator.comparingLong(this::bytesMade))
        .limit(HEAVIEST)
        .sorted()
        .forEach(
            kernel ->
                table.row(
                    name(kernel),
                    facts.isEmpty() ? "?" : Units.bytes(bytesMade(kernel)),
                    Units.percent(macsBefore.getOrDefault(kernel, 0L) / all)));
    return table.lines();
  }

  private List<KernelTensor> made(int kernel) {
    return kernels.tensors().stream()
        .filter(tensor -> tensor.producer() == kernel && !tensor.consumers().isEmpty())
        .toList();
  }

  private long bytesMade(int kernel) {
    return made(kernel).stream()
        .mapToLong(tensor -> fact(tensor).map(TensorFact::bytes).orElse(0L))
        .sum();
  }

  /** The operators of a kernel, as in "Conv+Relu". */
  String ops(Kernel kernel) {
    List<String> ops = kernel.layers().stream().map(layer -> layer(layer).op()).distinct().toList();
    int shown = 3;
    String text = String.join("+", ops.subList(0, Math.min(shown, ops.size())));
    return ops.size() > shown ? text + "+" + (ops.size() - shown) : text;
  }

  /** The document of the contract. */
  ObjectNode json() {
    ObjectNode json = Json.object();
    json.put("model_sha256", model().sha256());
    json.put("kernels_digest", kernels.digest());
    json.set("inputs", values(model().inputs()));
    json.set("outputs", values(model().outputs()));
    ArrayNode layers = json.putArray("layers");
    for (LayerGraph.Layer layer : kernels.layers().layers()) {
      ObjectNode one = layers.addObject().put("name", layer.name()).put("op", layer.op());
      one.put("kernel", name(kernels.kernelOf(layer.index())));
    }
    ArrayNode list = json.putArray("kernels");
    for (Kernel kernel : kernels.kernels()) {
      ObjectNode one = list.addObject().put("name", kernel.name());
      one.set("layers", Json.texts(kernel.layers().stream().map(l -> layer(l).name()).toList()));
      one.put("macs", stats.get(kernel.index()).macs());
      one.put("parameters_bytes", stats.get(kernel.index()).parameterBytes());
    }
    ArrayNode tensors = json.putArray("tensors");
    kernels.tensors().forEach(tensor -> tensors.add(tensor(tensor)));
    json.set("cut_vertices", names(structure.cutVertices()));
    ArrayNode blocks = json.putArray("blocks");
    structure.blocks().forEach(block -> blocks.add(block(block)));
    return json;
  }

  private ArrayNode values(List<OnnxModel.Value> values) {
    ArrayNode array = Json.array();
    for (OnnxModel.Value value : values) {
      TensorFact fact = facts.getOrDefault(value.name(), value.fact());
      ObjectNode one = array.addObject().put("name", value.name());
      one.put("type", fact.type().contractName()).set("shape", Json.numbers(fact.shape()));
    }
    return array;
  }

  private ObjectNode tensor(KernelTensor tensor) {
    ObjectNode one = Json.object().put("name", tensor.name());
    if (tensor.producer() < 0) {
      one.putNull("producer");
    } else {
      one.put("producer", name(tensor.producer()));
    }
    one.set("consumers", names(tensor.consumers()));
    Optional<TensorFact> fact = fact(tensor);
    if (fact.isPresent()) {
      one.put("bytes", fact.get().bytes());
      one.set("shape", Json.numbers(fact.get().shape()));
      one.put("type", fact.get().type().contractName());
    } else {
      one.putNull("bytes").putNull("shape").putNull("type");
    }
    one.put("output", tensor.output());
    return one;
  }

  private ObjectNode block(Structure.Block block) {
    ObjectNode one = Json.object();
    place(one, "after", block.after());
    place(one, "before", block.before());
    one.set("kernels", names(block.kernels()));
    ArrayNode branches = one.putArray("branches");
    for (Structure.Branch branch : block.branches()) {
      branches.addObject().put("chain", branch.chain()).set("kernels", names(branch.kernels()));
    }
    return one;
  }

  private void place(ObjectNode json, String field, int kernel) {
    if (kernel < 0) {
      json.putNull(field);
    } else {
      json.put(field, name(kernel));
    }
  }

  private ArrayNode names(List<Integer> indices) {
    return Json.texts(indices.stream().map(this::name).toList());
  }
}
