package org.scalpel.learn;

import java.util.List;
import java.util.Locale;

/**
 * Samples that were left out.
 *
 * @param broken pictures that could not be read
 * @param notFinite pictures for which the model answered NaN or infinity
 */
public record Skipped(List<String> broken, List<String> notFinite) {
  private static final int SHOWN = 3;

  /** Copies. */
  public Skipped {
    broken = List.copyOf(broken);
    notFinite = List.copyOf(notFinite);
  }

  static Skipped of(FrozenFeatures features, ClassifiedPictures pictures) {
    return new Skipped(
        features.broken().stream().map(pictures::nameOf).toList(),
        features.notFinite().stream().map(pictures::nameOf).toList());
  }

  /** A sentence for each kind of which there are some, with the first names. */
  public List<String> sentences() {
    return java.util.stream.Stream.of(
            sentence(broken, "broken pictures were skipped"),
            sentence(notFinite, "pictures were skipped because the model answers NaN or infinity"))
        .filter(text -> !text.isEmpty())
        .toList();
  }

  private static String sentence(List<String> names, String what) {
    return names.isEmpty()
        ? ""
        : String.format(
            Locale.ROOT,
            "%d %s: %s%s",
            names.size(),
            what,
            String.join(", ", names.subList(0, Math.min(SHOWN, names.size()))),
            names.size() > SHOWN ? ", …" : "");
  }
}
