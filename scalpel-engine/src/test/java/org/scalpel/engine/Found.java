package org.scalpel.engine;

import java.util.Map;
import java.util.Objects;

/** Looks up what must be there. */
final class Found {
  private Found() {}

  static <K, V> V in(Map<K, V> map, K key) {
    return Objects.requireNonNull(
        map.get(key), () -> "nothing under " + key + " in " + map.keySet());
  }
}
