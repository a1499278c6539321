package org.scalpel.tier;

import java.nio.ByteBuffer;
import java.util.Map;
import org.scalpel.graph.TensorData;

/**
 * What one request brings.
 *
 * @param tensors every input of the model, by name
 * @param files for inputs that are declared pictures the files they were read from, where there are
 *     any: a plan may send the file instead of the pixels
 */
public record Inputs(Map<String, TensorData> tensors, Map<String, ByteBuffer> files) {
  /** Copies the maps. */
  public Inputs {
    tensors = Map.copyOf(tensors);
    files = Map.copyOf(files);
  }

  /** Tensors only. */
  public static Inputs of(Map<String, TensorData> tensors) {
    return new Inputs(tensors, Map.of());
  }
}
