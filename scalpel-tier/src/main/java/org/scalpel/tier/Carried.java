package org.scalpel.tier;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/**
 * The tensors of one request on one tier. What came encoded stays so until somebody computes with
 * it, so that it travels on as it came.
 */
final class Carried {
  private final Map<String, TensorData> tensors = new ConcurrentHashMap<>();
  private final Map<String, Encoded> encoded = new ConcurrentHashMap<>();
  private final Map<String, Preprocessing.Fit> fits;
  private RequestTrace trace = RequestTrace.OFF;

  /** Nothing yet; {@code fits} tells how pictures of other sizes are brought to an input's. */
  Carried(Map<String, Preprocessing.Fit> fits) {
    this.fits = fits;
  }

  /** A compressed image, or a tensor in a codec, and what it will be. */
  record Encoded(String encoding, ByteBuffer file, TensorFact fact) {}

  /** Where spans of this request go; set before it is handed on. */
  Carried under(RequestTrace whole) {
    trace = whole;
    return this;
  }

  RequestTrace trace() {
    return trace;
  }

  void put(String name, TensorData tensor) {
    tensors.put(name, tensor);
  }

  void putAll(Map<String, TensorData> more) {
    // One by one: all at once makes room for twice as many, which for a few takes the most of it.
    more.forEach(tensors::put);
  }

  void put(String name, Encoded image) {
    encoded.put(name, image);
  }

  /** The tensor of that name, if there is one, travels as it is. */
  void forget(String name) {
    encoded.remove(name);
  }

  /** All that another one carries. */
  void addAll(Carried more) {
    tensors.putAll(more.tensors);
    encoded.putAll(more.encoded);
  }

  /** Whether both carry something of the same name. */
  boolean overlaps(Carried other) {
    return java.util.stream.Stream.concat(
            other.tensors.keySet().stream(), other.encoded.keySet().stream())
        .anyMatch(this::has);
  }

  Optional<Encoded> image(String name) {
    return Optional.ofNullable(encoded.get(name));
  }

  boolean has(String name) {
    return tensors.containsKey(name) || encoded.containsKey(name);
  }

  /** The tensor itself, decoded if need be. */
  TensorData tensor(String name) {
    TensorData tensor = tensors.get(name);
    if (tensor != null) {
      return tensor;
    }
    Encoded image = encoded.get(name);
    if (image == null) {
      throw Refusal.invalid("input '" + name + "' is missing");
    }
    return tensors.computeIfAbsent(
        name, n -> Encodings.decode(n, image, Optional.ofNullable(fits.get(n))));
  }
}
