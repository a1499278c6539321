package org.scalpel.plan;

import java.util.List;

/**
 * One way to send a tensor.
 *
 * @param name "raw", "fp16", "int8", …
 * @param bytes the size on the wire
 * @param encodeMs time per tier to encode; empty = none
 * @param decodeMs time per tier to decode; empty = none
 * @param loss the accuracy lost by one use of it, 0 for a lossless one
 */
public record Codec(
    String name, long bytes, List<Double> encodeMs, List<Double> decodeMs, double loss) {
  /** The name of the codec that leaves a tensor as it is. */
  public static final String RAW = "raw";

  /** Copies the lists and checks the values. */
  public Codec {
    Checks.name("codec", name);
    Checks.nonNegative("codec \"" + name + "\": bytes", (double) bytes);
    encodeMs = List.copyOf(encodeMs);
    decodeMs = List.copyOf(decodeMs);
    encodeMs.forEach(value -> Checks.nonNegative("codec \"" + name + "\": encode_ms", value));
    decodeMs.forEach(value -> Checks.nonNegative("codec \"" + name + "\": decode_ms", value));
    Checks.nonNegative("codec \"" + name + "\": loss", loss);
  }

  /** The tensor as it is, {@code bytes} long. */
  public static Codec raw(long bytes) {
    return new Codec(RAW, bytes, List.of(), List.of(), 0);
  }

  double encodeMs(int tier) {
    return encodeMs.isEmpty() ? 0 : encodeMs.get(tier);
  }

  double decodeMs(int tier) {
    return decodeMs.isEmpty() ? 0 : decodeMs.get(tier);
  }
}
