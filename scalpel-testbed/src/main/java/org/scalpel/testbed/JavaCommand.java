package org.scalpel.testbed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How to start a JVM: always this one's own executable.
 *
 * @param launcher what stands before it, for instance {@link KernelNetwork#on}
 * @param classPath as in {@code java -cp}
 * @param options before the main class, for instance {@code -Xmx1g}
 * @param main main class and its arguments
 */
public record JavaCommand(
    List<String> launcher, String classPath, List<String> options, List<String> main) {
  /** Copies. */
  public JavaCommand {
    launcher = List.copyOf(launcher);
    options = List.copyOf(options);
    main = List.copyOf(main);
    if (main.isEmpty()) {
      throw new TestbedException("java command without a main class");
    }
  }

  /** This JVM's class path. */
  public static JavaCommand sameClassPath(String... main) {
    return new JavaCommand(
        List.of(), System.getProperty("java.class.path"), List.of(), List.of(main));
  }

  /** The same with further JVM options. */
  public JavaCommand withOptions(String... more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of(more));
    return new JavaCommand(launcher, classPath, all, main);
  }

  /** The same behind another command, which starts it. */
  public JavaCommand behind(List<String> command) {
    return new JavaCommand(command, classPath, options, main);
  }

  List<String> commandLine() {
    List<String> line = new ArrayList<>(launcher);
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(options);
    line.add("-cp");
    line.add(classPath);
    line.addAll(main);
    return line;
  }
}
