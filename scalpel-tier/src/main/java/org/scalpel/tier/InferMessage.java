package org.scalpel.tier;

import com.google.protobuf.MessageLite;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A message of the inference protocol with its raw tensors beside it, in direct memory, instead of
 * inside it as byte strings: {@link InferMarshaller} writes and reads both as one ordinary message.
 *
 * @param <H> the generated message, without its raw contents
 */
final class InferMessage<H extends MessageLite> {
  private final H header;
  private final List<ByteBuffer> raw;
  private final boolean pooled;
  private final String problem;
  private final AtomicBoolean released = new AtomicBoolean();

  private InferMessage(H header, List<ByteBuffer> raw, boolean pooled, String problem) {
    this.header = header;
    this.raw = List.copyOf(raw);
    this.pooled = pooled;
    this.problem = problem;
  }

  /** A message to send; the buffers stay the caller's and must not change until it is answered. */
  static <H extends MessageLite> InferMessage<H> of(H header, List<ByteBuffer> raw) {
    return new InferMessage<>(header, raw, false, "");
  }

  /** A message that arrived, in buffers of the shared pool. */
  static <H extends MessageLite> InferMessage<H> pooled(H header, List<ByteBuffer> raw) {
    return new InferMessage<>(header, raw, true, "");
  }

  /**
   * What could not be read, with an empty header: refused by whoever gets it, not by the transport.
   */
  static <H extends MessageLite> InferMessage<H> malformed(H empty, String problem) {
    return new InferMessage<>(empty, List.of(), false, problem);
  }

  /** Why the message is malformed; empty for a good one. */
  String problem() {
    return problem;
  }

  H header() {
    return header;
  }

  /** The raw contents in the order of the tensors that have them. */
  List<ByteBuffer> raw() {
    return raw;
  }

  /** Gives the buffers back to the pool: the message and every view of its tensors is dead. */
  void release() {
    if (pooled && released.compareAndSet(false, true)) {
      raw.forEach(BufferPool.SHARED::give);
    }
  }
}
