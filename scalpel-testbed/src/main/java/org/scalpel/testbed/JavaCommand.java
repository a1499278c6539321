package org.scalpel.testbed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How to start a JVM: always this one's own executable.
 *
 * @param classPath as in {@code java -cp}
 * @param options before the main class, for instance {@code -Xmx1g}
 * @param main main class and its arguments
 */
public record JavaCommand(String classPath, List<String> options, List<String> main) {
  /** Copies. */
  public JavaCommand {
    options = List.copyOf(options);
    main = List.copyOf(main);
    if (main.isEmpty()) {
      throw new TestbedException("java command without a main class");
    }
  }

  /** This JVM's class path. */
  public static JavaCommand sameClassPath(String... main) {
    return new JavaCommand(System.getProperty("java.class.path"), List.of(), List.of(main));
  }

  /** The same with further JVM options. */
  public JavaCommand withOptions(String... more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of(more));
    return new JavaCommand(classPath, all, main);
  }

  List<String> commandLine() {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(options);
    line.add("-cp");
    line.add(classPath);
    line.addAll(main);
    return line;
  }
}
