package org.scalpel.plan;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What flows between layers.
 *
 * @param name unique among the tensors
 * @param producer index of the layer that makes it, {@link #MODEL_INPUT} for an input of the model,
 *     which is on tier 0
 * @param consumers indices of the layers that read it, each once
 * @param bytes its size as it is
 * @param delivery whether and how often it is wanted as an output
 * @param codecs the ways it may be sent; empty = only raw
 */
public record PlanTensor(
    String name,
    int producer,
    List<Integer> consumers,
    long bytes,
    Delivery delivery,
    List<Codec> codecs) {
  /** The producer of a model input. */
  public static final int MODEL_INPUT = -1;

  /**
   * Whether a tensor is an output of the model.
   *
   * @param output true if it is
   * @param probability how often it is returned; empty = the reach of its producer
   */
  public record Delivery(boolean output, OptionalDouble probability) {
    /** An inner tensor. */
    public static final Delivery INNER = new Delivery(false, OptionalDouble.empty());

    /** An output, returned whenever its producer runs. */
    public static final Delivery OUTPUT = new Delivery(true, OptionalDouble.empty());

    /** Checks the probability. */
    public Delivery {
      probability.ifPresent(value -> Checks.probability("probability", value));
    }
  }

  /** Copies the lists and checks the values. */
  public PlanTensor {
    Checks.name("tensor", name);
    if (bytes < 0) {
      Checks.nonNegative("tensor \"" + name + "\": bytes", (double) bytes);
    }
    consumers = consumers.stream().distinct().toList();
    codecs = List.copyOf(codecs);
  }

  /** An inner tensor without codecs. */
  public static PlanTensor of(String name, int producer, List<Integer> consumers, long bytes) {
    return new PlanTensor(name, producer, consumers, bytes, Delivery.INNER, List.of());
  }

  /** An input of the model. */
  public static PlanTensor input(String name, List<Integer> consumers, long bytes) {
    return of(name, MODEL_INPUT, consumers, bytes);
  }

  /** The same tensor as an output of the model. */
  public PlanTensor asOutput() {
    return new PlanTensor(name, producer, consumers, bytes, Delivery.OUTPUT, codecs);
  }

  /** The same tensor with these ways to send it. */
  public PlanTensor withCodecs(List<Codec> ways) {
    return new PlanTensor(name, producer, consumers, bytes, delivery, ways);
  }

  /** True for an output of the model. */
  public boolean output() {
    return delivery.output();
  }

  /** The ways to send it, never empty. */
  public List<Codec> ways() {
    return codecs.isEmpty() ? List.of(Codec.raw(bytes)) : codecs;
  }
}
