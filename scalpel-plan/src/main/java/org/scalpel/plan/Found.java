package org.scalpel.plan;

/** A partition that a search has found: tiers, codecs, and what they use. */
@SuppressWarnings("ArrayRecordComponent")
record Found(int[] tierOf, Crossings crossings, Loads loads) {
  static Found of(Instance in, int[] tierOf, Crossings crossings) {
    return new Found(tierOf, crossings, new Loads(in, tierOf, crossings));
  }
}
