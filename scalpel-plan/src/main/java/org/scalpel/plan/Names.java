package org.scalpel.plan;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Messages about names that do not exist, with the nearest one that does. */
final class Names {
  private static final int CANDIDATES = 20_000;
  private static final int LONGEST = 200;
  private static final int FEW = 30;

  private Names() {}

  /** {@code unknown tier "egde". Maybe "edge"?}, or all names where none is near and few exist. */
  static String unknown(String what, String name, Collection<String> known) {
    String message = "unknown " + what + " \"" + shortened(name) + "\"";
    return message
        + nearest(name, known)
            .map(near -> ". Maybe \"" + near + "\"?")
            .orElseGet(() -> known.size() <= FEW ? "; expected one of " + known : "");
  }

  /** {@code name}, cut to what fits into a message. */
  static String shortened(String name) {
    return name.length() > LONGEST ? name.substring(0, LONGEST) + "…" : name;
  }

  /** The known name with the fewest differing letters, if it is near enough to be a slip. */
  static Optional<String> nearest(String name, Collection<String> known) {
    if (name.length() > LONGEST) {
      return Optional.empty();
    }
    int best = Math.max(2, name.length() / 3) + 1;
    String found = "";
    int tried = 0;
    for (String candidate : known) {
      if (name.length() >= 3 && candidate.startsWith(name)) {
        return Optional.of(candidate);
      }
      if (tried++ > CANDIDATES || Math.abs(candidate.length() - name.length()) >= best) {
        continue;
      }
      int distance = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < best) {
        best = distance;
        found = candidate;
      }
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(found);
  }

  /** Levenshtein's distance. */
  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int change = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[right.length()];
  }
}
