package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;
import org.scalpel.learn.Step;

/**
 * A network in words: steps as the predictor's architectures have them ({@link Step}), and groups.
 * The branches of a group read the same tensor; an empty branch is that tensor.
 *
 * <pre>
 *   conv 64 k7 s2 relu; maxpool k3 s2      one after the other
 *   cat{conv 64 k1 relu | conv 96 relu}    joined channel by channel
 *   2*sum{conv 64 relu; conv 64 | }        added, twice
 *   12*seq{...}                            repeated as one
 * </pre>
 */
final class NetworkText {
  /** A step, or a group of branches. */
  sealed interface Part {}

  /** One step. */
  record Layer(Step step) implements Part {}

  /** Branches: {@code cat}, {@code sum}, or {@code seq} for a single one. */
  record Group(String op, List<List<Part>> branches) implements Part {}

  private NetworkText() {}

  static List<Part> parse(String text) {
    List<Part> parts = new ArrayList<>();
    for (String piece : split(text, ';')) {
      String one = piece.strip();
      int brace = one.indexOf('{');
      if (brace < 0) {
        if (!one.isEmpty()) {
          Step.parse(one).forEach(step -> parts.add(new Layer(step)));
        }
        continue;
      }
      int star = one.lastIndexOf('*', brace);
      int times = star < 0 ? 1 : Integer.parseInt(one.substring(0, star));
      Group group = group(one.substring(star + 1, brace), one.substring(brace));
      for (int i = 0; i < times; i++) {
        parts.add(group);
      }
    }
    return List.copyOf(parts);
  }

  private static Group group(String op, String braced) {
    if (!List.of("cat", "sum", "seq").contains(op) || !braced.endsWith("}")) {
      throw new IllegalArgumentException(
          "'" + op + braced + "': expected cat{…|…}, sum{…|…} or seq{…}");
    }
    return new Group(
        op,
        split(braced.substring(1, braced.length() - 1), '|').stream()
            .map(NetworkText::parse)
            .toList());
  }

  /** At this sign, where it is in no braces. */
  private static List<String> split(String text, char sign) {
    List<String> pieces = new ArrayList<>();
    int depth = 0;
    int begin = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (c == sign && depth == 0) {
        pieces.add(text.substring(begin, i));
        begin = i + 1;
      }
    }
    if (depth != 0) {
      throw new IllegalArgumentException("'" + text + "': braces do not match");
    }
    pieces.add(text.substring(begin));
    return pieces;
  }
}
