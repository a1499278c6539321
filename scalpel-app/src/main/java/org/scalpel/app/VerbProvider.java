package org.scalpel.app;

import java.util.List;
import java.util.function.Supplier;

/**
 * Adds verbs to the command line. Modules above the app (the lab, for example) implement it and
 * name the class in {@code META-INF/services/org.scalpel.app.VerbProvider}; a tier that runs
 * without them does not carry them.
 */
public interface VerbProvider {
  /** The verbs, in the order of the help text. */
  List<Entry> verbs();

  /**
   * One verb. Nothing of it is loaded until it is called for.
   *
   * @param name on the command line; of two words, the first an earlier verb, for one below that
   * @param summary one line for the list of verbs and the head of its help
   * @param verb makes the verb
   */
  record Entry(String name, String summary, Supplier<? extends Verb> verb) {
    boolean isBelow() {
      return name.indexOf(' ') > 0;
    }

    String parent() {
      return name.substring(0, name.indexOf(' '));
    }

    String child() {
      return name.substring(name.indexOf(' ') + 1);
    }
  }
}
