package org.scalpel.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import org.scalpel.graph.ModelBuilder;

/** One step of a network, for training and for export alike. */
interface Step {
  /** What it reads. */
  List<Value> from();

  /** What it makes. */
  Value to();

  /** What it learns, or keeps count of; most steps only compute. */
  default List<Learned> learned() {
    return List.of();
  }

  /** Multiply-accumulate operations for one picture. */
  default long macs() {
    return 0;
  }

  /**
   * Runs under the training library.
   *
   * @param inputs as {@link #from()}
   */
  NDArray run(NDList inputs, Weights weights, boolean training);

  /** Writes the same as ONNX nodes that make a tensor of the same name. */
  void write(ModelBuilder model, Weights weights);
}
