package org.scalpel.learn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A block of an architecture: its name, its widths, its other figures by letter (k window, s
 * stride, d dilation, g channels of a group, e expansion), its words. In text {@code mb 40 e3 k5 s2
 * hswish se}.
 */
public record Step(String op, List<Long> numbers, Map<Character, Integer> keys, Set<String> words) {
  static final Set<String> ACTIVATIONS =
      Set.of(
          "relu",
          "relu6",
          "leaky",
          "hswish",
          "hsigmoid",
          "sigmoid",
          "tanh",
          "elu",
          "silu",
          "gelu",
          "prelu");

  /** Copies. */
  public Step {
    numbers = List.copyOf(numbers);
    keys = Map.copyOf(keys);
    words = Set.copyOf(words);
  }

  /** Steps from text: separated by semicolons, {@code 3*} repeats. */
  public static List<Step> parse(String text) {
    List<Step> steps = new ArrayList<>();
    for (String part : text.split(";")) {
      String step = part.strip();
      int star = step.indexOf('*');
      int times = star < 0 ? 1 : Integer.parseInt(step.substring(0, star));
      for (int i = 0; i < times; i++) {
        steps.add(one(step.substring(star + 1).strip()));
      }
    }
    return List.copyOf(steps);
  }

  private static Step one(String text) {
    String[] parts = text.split(" +");
    List<Long> numbers = new ArrayList<>();
    Map<Character, Integer> keys = new HashMap<>();
    Set<String> words = new java.util.HashSet<>();
    for (int i = 1; i < parts.length; i++) {
      if (parts[i].matches("\\d+")) {
        numbers.add(Long.parseLong(parts[i]));
      } else if (parts[i].matches("[a-z]\\d+")) {
        keys.put(parts[i].charAt(0), Integer.parseInt(parts[i].substring(1)));
      } else {
        words.add(parts[i]);
      }
    }
    return new Step(parts[0], numbers, keys, words);
  }

  /** A figure without a letter, by its place. */
  public long number(int index) {
    return numbers.get(index);
  }

  /** The figure behind a letter. */
  public int key(char letter, int otherwise) {
    return keys.getOrDefault(letter, otherwise);
  }

  /** Whether the word is there. */
  public boolean flag(String word) {
    return words.contains(word);
  }

  /** The function after its layers, or an empty name. */
  public String activation() {
    return words.stream().filter(ACTIVATIONS::contains).findFirst().orElse("");
  }

  /** How many groups of g channels, where that goes up for both sides; else 1. */
  long groups(long in, long out) {
    long width = key('g', 0);
    return width > 0 && in % width == 0 && in / width > 0 && out % (in / width) == 0
        ? in / width
        : 1;
  }

  static long even(double value) {
    return Math.max(2, 2 * Math.round(value / 2));
  }
}
