package org.scalpel.cost;

import org.scalpel.codec.TensorLayout;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.TensorFact;

/** Tensors as codecs see them. */
public final class Layouts {
  private Layouts() {}

  /** Whether codecs know such tensors: whole bytes per element, no text. */
  public static boolean has(TensorFact fact) {
    return fact.isStatic()
        && fact.type() != ElementType.STRING
        && fact.type().bytes().isPresent()
        && Integer.bitCount(fact.type().bytes().getAsInt()) == 1
        && fact.type().bytes().getAsInt() <= Long.BYTES
        && fact.bytes() < Integer.MAX_VALUE;
  }

  /** The layout of a tensor for which {@link #has} is true. */
  public static TensorLayout of(TensorFact fact) {
    return new TensorLayout(
        fact.type() == ElementType.FLOAT32, fact.type().bytes().orElseThrow(), fact.shape());
  }
}
