package org.scalpel.tier;

import java.nio.ByteBuffer;
import java.util.List;
import org.scalpel.oip.ModelInferResponse;

/**
 * What a neighbour answered. Its tensors are views into buffers that {@link #release} gives back.
 */
record Answer(ModelInferResponse header, List<ByteBuffer> raw, Runnable releaser) {
  void release() {
    releaser.run();
  }
}
