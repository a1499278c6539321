package org.scalpel.learn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A share of one processor for this process: a control group of its own, which the kernel stops
 * when it has used its share of a period. Needs Linux and root; leaves no trace when it is closed.
 * Both versions of control groups are known.
 */
public final class CpuQuota implements AutoCloseable {
  /** Short against a run, long against a kernel: kernels are seldom interrupted. */
  private static final long PERIOD_US = 20_000;

  private static final double LEAST = 0.05;
  private static final double MOST = 64;
  private static final String PROCESSES = "cgroup.procs";
  private final Path own;
  private final Path before;

  private CpuQuota(Path own, Path before) {
    this.own = own;
    this.before = before;
  }

  /**
   * Moves this process into a group with that share.
   *
   * @param share of one processor, for example 0.5
   * @throws LearnException the share makes no sense, or groups cannot be made here
   */
  public static CpuQuota enter(double share) {
    return enter(share, Path.of("/sys/fs/cgroup"), Path.of("/proc/self/cgroup"));
  }

  static CpuQuota enter(double share, Path root, Path membership) {
    if (!(share >= LEAST && share <= MOST)) {
      throw new LearnException("a quota of " + share + " processors; expected 0.05 to 64");
    }
    boolean second = Files.exists(root.resolve("cgroup.controllers"));
    Path tree = second ? root : root.resolve("cpu");
    try {
      Path before = tree.resolve(group(membership, second).substring(1)).normalize();
      // Beside our own, not below it: a group with processes may have no groups that share out.
      Path own = Files.createDirectory(tree.resolve("scalpel-" + ProcessHandle.current().pid()));
      CpuQuota quota = new CpuQuota(own, before);
      try {
        quota.limit(Math.round(share * PERIOD_US), second);
        write(own.resolve(PROCESSES), pid());
        return quota;
      } catch (IOException e) {
        Files.deleteIfExists(own);
        throw e;
      }
    } catch (IOException e) {
      throw new LearnException(
          "a quota needs root and control groups that can be written: "
              + e.getClass().getSimpleName()
              + " at "
              + e.getMessage(),
          e);
    }
  }

  /** The folder of the group. */
  public Path group() {
    return own;
  }

  private void limit(long quotaUs, boolean second) throws IOException {
    if (second) {
      write(own.resolve("cpu.max"), quotaUs + " " + PERIOD_US);
    } else {
      write(own.resolve("cpu.cfs_period_us"), String.valueOf(PERIOD_US));
      write(own.resolve("cpu.cfs_quota_us"), String.valueOf(quotaUs));
    }
  }

  /** The group in which this process is: {@code 0::/path}, or {@code 1:cpu,cpuacct:/path}. */
  private static String group(Path membership, boolean second) throws IOException {
    List<String> lines = Files.readAllLines(membership);
    Optional<String> found =
        lines.stream()
            .map(line -> line.split(":", 3))
            .filter(parts -> parts.length == 3)
            .filter(
                parts -> second ? parts[1].isEmpty() : List.of(parts[1].split(",")).contains("cpu"))
            .map(parts -> parts[2])
            .filter(path -> path.startsWith("/"))
            .findFirst();
    return found.orElse("/");
  }

  private static String pid() {
    return String.valueOf(ProcessHandle.current().pid());
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
  }

  /** Moves this process back to where it was, and removes the group. */
  @Override
  public void close() {
    try {
      write(before.resolve(PROCESSES), pid());
      Files.deleteIfExists(own);
    } catch (IOException e) {
      throw new LearnException(own + ": the group could not be removed: " + e.getMessage(), e);
    }
  }
}
