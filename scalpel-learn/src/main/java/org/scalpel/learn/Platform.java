package org.scalpel.learn;

import java.util.Map;
import java.util.TreeMap;

/**
 * Where times hold: a machine, a runtime and how it was set. Two platforms on one machine differ in
 * speed as two machines do.
 *
 * @param name chosen by the user
 * @param machine in words
 * @param runtime name and version
 * @param threads of one run
 * @param level of optimisation, in lower case
 * @param extra what else matters, for example {@code cpu_quota}
 */
public record Platform(
    String name,
    String machine,
    String runtime,
    int threads,
    String level,
    Map<String, String> extra) {
  /** Checks and copies. */
  public Platform {
    if (name.isBlank()) {
      throw new LearnException("a platform without a name; expected some text");
    }
    if (threads < 1) {
      throw new LearnException("platform '" + name + "' has " + threads + " threads; expected 1+");
    }
    extra = java.util.Collections.unmodifiableMap(new TreeMap<>(extra));
  }
}
