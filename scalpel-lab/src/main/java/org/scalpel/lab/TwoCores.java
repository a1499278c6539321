package org.scalpel.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.scalpel.app.UserException;

/**
 * Where the threads of processes may run: on the first two processors of the machine, together or
 * one each. Set from outside with {@code taskset}, as a user would who lets a tier and its client
 * share a machine.
 */
final class TwoCores {
  /** How the client and whom it asks share the two. */
  enum Placing {
    /** The system moves all threads of both over both. */
    SHARED("both share two"),
    /** The client has one, whom it asks the other. */
    APART("one each");

    private final String text;

    Placing(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private final List<Integer> processors = allowed();

  /** Whether there are two, and the tool. */
  boolean possible() {
    if (processors.size() < 2) {
      return false;
    }
    try {
      return set(String.valueOf(ProcessHandle.current().pid()), both());
    } catch (UserException e) {
      return false;
    }
  }

  /** Puts this process and others where they belong, with all threads that they have and make. */
  void place(Placing placing, List<Long> others) {
    boolean apart = placing == Placing.APART;
    put(ProcessHandle.current().pid(), apart ? String.valueOf(processors.get(0)) : both());
    others.forEach(pid -> put(pid, apart ? String.valueOf(processors.get(1)) : both()));
  }

  private String both() {
    return processors.get(0) + "," + processors.get(1);
  }

  private static void put(long pid, String list) {
    if (!set(String.valueOf(pid), list)) {
      throw new UserException("process " + pid + " could not be put on processors " + list);
    }
  }

  private static boolean set(String pid, String list) {
    try {
      return new ProcessBuilder("taskset", "-a", "-c", "-p", list, pid)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      throw new UserException("taskset is not here", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserException("interrupted", e);
    }
  }

  /** Of a line such as {@code Cpus_allowed_list: 0-1,4}. */
  private static List<Integer> allowed() {
    List<Integer> all = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("Cpus_allowed_list:")) {
          for (String range : line.substring(line.indexOf(':') + 1).strip().split(",")) {
            String[] ends = range.split("-");
            for (int i = Integer.parseInt(ends[0]);
                i <= Integer.parseInt(ends[ends.length - 1]);
                i++) {
              all.add(i);
            }
          }
        }
      }
    } catch (IOException e) {
      return List.of();
    }
    return all;
  }
}
