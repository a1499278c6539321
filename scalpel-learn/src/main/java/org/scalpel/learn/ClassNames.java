package org.scalpel.learn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which of a model's classes a label means: the line of a file of classes, the number itself where
 * all labels are numbers, or else the place in the alphabet where there are as many labels as
 * classes.
 */
final class ClassNames {
  private static final int SHOWN = 5;

  private ClassNames() {}

  /**
   * Label → class.
   *
   * @param data what to call the data set in messages
   */
  static Map<String, Integer> of(
      String data, List<String> labels, int classes, Optional<Path> file) {
    Set<String> names = new TreeSet<>(labels);
    if (file.isPresent()) {
      return listed(data, names, classes, file.get());
    }
    if (names.stream().allMatch(name -> name.matches("\\d{1,9}"))) {
      return numbered(data, names, classes);
    }
    if (names.size() != classes) {
      throw new LearnException(
          "%s: labels do not match the model: %d classes (%s), and the model has %d. Maybe say which they are: --classes FILE, a name on each line, in the model's order"
              .formatted(data, names.size(), shown(names), classes));
    }
    Map<String, Integer> indices = new HashMap<>();
    names.forEach(name -> indices.put(name, indices.size()));
    return indices;
  }

  private static String shown(Set<String> names) {
    List<String> first = names.stream().limit(SHOWN).toList();
    return String.join(", ", first) + (names.size() > SHOWN ? ", …" : "");
  }

  private static Map<String, Integer> numbered(String data, Set<String> names, int classes) {
    Map<String, Integer> indices = new HashMap<>();
    for (String name : names) {
      int index = Integer.parseInt(name);
      if (index >= classes) {
        throw new LearnException(
            "%s: labels do not match the model: class %s, and the model has classes 0 to %d"
                .formatted(data, name, classes - 1));
      }
      indices.put(name, index);
    }
    return indices;
  }

  private static Map<String, Integer> listed(
      String data, Set<String> names, int classes, Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file).stream().map(String::strip).toList();
    } catch (IOException e) {
      throw new LearnException(file + ": cannot be read: " + e.getMessage(), e);
    }
    while (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
      lines = lines.subList(0, lines.size() - 1);
    }
    if (lines.size() != classes) {
      throw new LearnException(
          "%s: %d classes; expected %d, as many as the model has"
              .formatted(file, lines.size(), classes));
    }
    Map<String, Integer> indices = new HashMap<>();
    for (String name : names) {
      int index = lines.indexOf(name);
      if (index < 0) {
        throw new LearnException(
            "%s: labels do not match: class '%s' is not in %s".formatted(data, name, file));
      }
      indices.put(name, index);
    }
    return indices;
  }
}
