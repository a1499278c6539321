package org.scalpel.tier;

/** Whether the way to a neighbour carries, as its heartbeat shows. */
public enum Circuit {
  /** Nothing is known against it. */
  CLOSED,
  /** The neighbour fell silent or refuses; it is tried again by itself. */
  OPEN,
  /** It is being tried again at this moment. */
  HALF_OPEN
}
