package org.scalpel.learn;

import java.util.Map;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;

/**
 * A model to be measured as it is.
 *
 * @param architecture the network that it is; where kernels were generated around it too, the same
 *     name, or it would not be held out with them
 */
public record RealModel(String architecture, OnnxModel model, Map<String, TensorData> inputs) {
  /** Copies. */
  public RealModel {
    inputs = Map.copyOf(inputs);
  }
}
