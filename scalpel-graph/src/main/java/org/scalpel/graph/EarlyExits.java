package org.scalpel.graph;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.scalpel.onnx.StringStringEntryProto;

/**
 * The early exits of a classifier: outputs on its way that answer already. They are ordinary
 * outputs, so any runtime runs the model; what makes them exits stands in its metadata under
 * {@value #KEY}, as JSON:
 *
 * <pre>
 *   {"schema": 1, "confidence": "probability", "classes": 10, "exits": [
 *     {"name": "exit1", "output": "exit1", "after": "t17", "temperature": 1.4},
 *     {"name": "final", "output": "final", "after": "logits", "temperature": 1.9} ]}
 * </pre>
 *
 * <p>Every exit's output holds probabilities, {@code [1, classes]}, already divided by its
 * temperature.
 *
 * @param schema 1
 * @param confidence how sure an exit is, unless a calibration says otherwise
 * @param classes how many there are
 * @param exits in the order of depth; the last is the model's own end
 */
public record EarlyExits(
    @JsonProperty(value = "schema", required = true) int schema,
    @JsonProperty(value = "confidence", required = true) String confidence,
    @JsonProperty(value = "classes", required = true) int classes,
    @JsonProperty(value = "exits", required = true) List<Exit> exits) {
  /** The key in a model's metadata. */
  public static final String KEY = "scalpel_exits";

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  /**
   * One exit.
   *
   * @param name unique, as calibrations and plans call it
   * @param output the model's output with its probabilities
   * @param after the tensor of the original model that its head reads
   * @param temperature that its logits were divided by
   */
  public record Exit(
      @JsonProperty(value = "name", required = true) String name,
      @JsonProperty(value = "output", required = true) String output,
      @JsonProperty(value = "after", required = true) String after,
      @JsonProperty(value = "temperature", required = true) double temperature) {}

  /** Checks and copies. */
  public EarlyExits {
    exits = List.copyOf(exits);
    if (schema != 1) {
      throw new ModelException("schema " + schema + "; expected 1");
    }
    if (classes < 2 || exits.isEmpty()) {
      throw new ModelException(
          classes + " classes, " + exits.size() + " exits; expected 2 or more, and 1 or more");
    }
    Confidence.parse(confidence);
    Set<String> seen = new HashSet<>();
    for (Exit exit : exits) {
      if (!seen.add(exit.name())) {
        throw new ModelException("two exits are called '" + exit.name() + "'");
      }
      if (!(exit.temperature() > 0 && Double.isFinite(exit.temperature()))) {
        throw new ModelException(
            "exit '%s' has temperature %s; expected a positive number"
                .formatted(exit.name(), exit.temperature()));
      }
    }
  }

  /** How sure an exit is, unless a calibration says otherwise. */
  public Confidence measure() {
    return Confidence.parse(confidence);
  }

  /** The names, in the order of depth. */
  public List<String> names() {
    return exits.stream().map(Exit::name).toList();
  }

  /**
   * The exits of a model.
   *
   * @return empty for a model that declares none
   * @throws ModelException what it declares is malformed, or an output is missing
   */
  public static Optional<EarlyExits> of(OnnxModel model) {
    return model.proto().getMetadataPropsList().stream()
        .filter(entry -> entry.getKey().equals(KEY))
        .findFirst()
        .map(entry -> read(entry.getValue(), model));
  }

  private static EarlyExits read(String text, OnnxModel model) {
    String where = model.label() + ": metadata " + KEY + ": ";
    try {
      EarlyExits read = JSON.readValue(text, EarlyExits.class);
      read.require(model);
      return read;
    } catch (JsonProcessingException e) {
      Throwable cause = e.getCause() instanceof ModelException ? e.getCause() : null;
      String reason = cause != null ? cause.getMessage() : e.getOriginalMessage();
      throw new ModelException(where + String.valueOf(reason).replace('\n', ' '), e);
    } catch (ModelException e) {
      throw new ModelException(where + e.getMessage(), e);
    }
  }

  private void require(OnnxModel model) {
    List<String> outputs = model.outputs().stream().map(OnnxModel.Value::name).toList();
    for (Exit exit : exits) {
      if (!outputs.contains(exit.output())) {
        throw new ModelException(
            "exit '%s' is output '%s', which the model has not"
                .formatted(exit.name(), exit.output()));
      }
    }
  }

  /** The model with these exits declared in its metadata, instead of any that were. */
  public OnnxModel declaredBy(OnnxModel model) {
    require(model);
    var proto = model.proto().toBuilder().clearMetadataProps();
    model.proto().getMetadataPropsList().stream()
        .filter(entry -> !entry.getKey().equals(KEY))
        .forEach(proto::addMetadataProps);
    try {
      proto.addMetadataProps(
          StringStringEntryProto.newBuilder().setKey(KEY).setValue(JSON.writeValueAsString(this)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    return OnnxModel.of(proto.build(), model.folder(), model.label());
  }

  /**
   * Behind how many exits each kernel stands: 0 for what every request needs, i for what runs only
   * after exit i − 1 (from 0 on) did not answer. What no exit needs, such as other outputs, stands
   * where the end stands.
   */
  public int[] stages(KernelGraph kernels) {
    int[] stages = new int[kernels.kernels().size()];
    Arrays.fill(stages, exits.size() - 1);
    for (int exit = exits.size() - 1; exit >= 0; exit--) {
      boolean[] needed = needed(kernels, exit);
      for (int kernel = 0; kernel < stages.length; kernel++) {
        stages[kernel] = needed[kernel] ? exit : stages[kernel];
      }
    }
    return stages;
  }

  /** For every kernel whether an exit needs it. */
  public boolean[] needed(KernelGraph kernels, int exit) {
    boolean[] needed = new boolean[kernels.kernels().size()];
    String output = exits.get(exit).output();
    kernels.tensors().stream()
        .filter(tensor -> tensor.name().equals(output) && tensor.producer() >= 0)
        .forEach(tensor -> needed[tensor.producer()] = true);
    List<Set<Integer>> before = producersOf(kernels);
    for (int kernel = needed.length - 1; kernel >= 0; kernel--) {
      if (needed[kernel]) {
        before.get(kernel).forEach(one -> needed[one] = true);
      }
    }
    return needed;
  }

  /** For every kernel those that it reads from. */
  private static List<Set<Integer>> producersOf(KernelGraph kernels) {
    List<Set<Integer>> before =
        kernels.kernels().stream().map(kernel -> (Set<Integer>) new HashSet<Integer>()).toList();
    for (KernelGraph.KernelTensor tensor : kernels.tensors()) {
      if (tensor.producer() >= 0) {
        tensor.consumers().forEach(reader -> before.get(reader).add(tensor.producer()));
      }
    }
    return before;
  }
}
