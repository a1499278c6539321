package org.scalpel.examples;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Something seen in one picture.
 *
 * @param box in pixels of the picture
 * @param score how sure the detector is, 0 … 1
 * @param kind what it is, for people
 */
record Detection(Box box, double score, String kind) {
  /**
   * Of several detections of one thing the surest: what overlaps a surer one by more than {@code
   * most} goes (greedy non-maximum suppression).
   */
  static List<Detection> withoutRepeats(List<Detection> all, double most) {
    List<Detection> kept = new ArrayList<>();
    List<Detection> sorted = new ArrayList<>(all);
    sorted.sort(Comparator.comparingDouble(Detection::score).reversed());
    for (Detection one : sorted) {
      if (kept.stream().noneMatch(other -> other.box.overlap(one.box) > most)) {
        kept.add(one);
      }
    }
    return kept;
  }
}
