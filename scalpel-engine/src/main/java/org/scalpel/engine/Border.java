package org.scalpel.engine;

/** What the runtime made, at its own level, of a tensor between two kernels. */
public enum Border {
  /** It is there in its ordinary layout: to cut here changes nothing in the kernels. */
  PLAIN,
  /** It is there in a blocked layout of the processor: a cut adds a reorder on both sides. */
  BLOCKED,
  /** It is gone, its reader is part of its maker: a cut makes the reader a node of its own. */
  FUSED
}
