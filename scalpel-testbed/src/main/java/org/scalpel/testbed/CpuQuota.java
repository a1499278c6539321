package org.scalpel.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A share of the processors for some processes: a control group of their own, which the kernel
 * stops when it has used its share of a period. Needs Linux and root; leaves no trace when it is
 * closed. Both versions of control groups are known.
 */
public final class CpuQuota implements AutoCloseable {
  /** Short against a run, long against a kernel of a network: kernels are seldom interrupted. */
  private static final long PERIOD_US = 20_000;

  private static final double LEAST = 0.05;
  private static final double MOST = 64;
  private static final String PROCESSES = "cgroup.procs";
  private static final AtomicInteger MADE = new AtomicInteger();
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
   * @throws TestbedException the share makes no sense, or groups cannot be made here
   */
  public static CpuQuota enter(double share) {
    return of(share).add(ProcessHandle.current().pid());
  }

  /**
   * A group with that share, empty at first.
   *
   * @throws TestbedException as {@link #enter}
   */
  public static CpuQuota of(double share) {
    return of(share, Path.of("/sys/fs/cgroup"), Path.of("/proc/self/cgroup"));
  }

  static CpuQuota of(double share, Path root, Path membership) {
    if (!(share >= LEAST && share <= MOST)) {
      throw new TestbedException("a quota of " + share + " processors; expected 0.05 to 64");
    }
    boolean second = Files.exists(root.resolve("cgroup.controllers"));
    Path tree = second ? root : root.resolve("cpu");
    String name = "scalpel-%d-%d".formatted(ProcessHandle.current().pid(), MADE.getAndIncrement());
    try {
      Path before = tree.resolve(group(membership, second).substring(1)).normalize();
      // Beside our own, not below it: a group with processes may have no groups that share out.
      CpuQuota quota = new CpuQuota(Files.createDirectory(tree.resolve(name)), before);
      try {
        quota.limit(Math.round(share * PERIOD_US), second);
        return quota;
      } catch (IOException e) {
        Files.deleteIfExists(quota.own);
        throw e;
      }
    } catch (IOException e) {
      throw refused(e);
    }
  }

  /**
   * Moves a process into the group, with all its threads.
   *
   * @throws TestbedException there is no such process; the group is gone then
   */
  public CpuQuota add(long pid) {
    try {
      Files.writeString(own.resolve(PROCESSES), String.valueOf(pid));
      return this;
    } catch (IOException e) {
      close();
      throw refused(e);
    }
  }

  private static TestbedException refused(IOException e) {
    return new TestbedException(
        "a quota needs root and control groups that can be written: "
            + e.getClass().getSimpleName()
            + " at "
            + e.getMessage(),
        e);
  }

  /** The folder of the group. */
  public Path group() {
    return own;
  }

  private void limit(long quotaUs, boolean second) throws IOException {
    if (second) {
      Files.writeString(own.resolve("cpu.max"), quotaUs + " " + PERIOD_US);
    } else {
      Files.writeString(own.resolve("cpu.cfs_period_us"), String.valueOf(PERIOD_US));
      Files.writeString(own.resolve("cpu.cfs_quota_us"), String.valueOf(quotaUs));
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

  /** Moves processes that are still in the group back to where this one was, and removes it. */
  @Override
  public void close() {
    try {
      Path members = own.resolve(PROCESSES);
      for (String pid : Files.exists(members) ? Files.readAllLines(members) : List.<String>of()) {
        Files.writeString(before.resolve(PROCESSES), pid);
      }
      Files.deleteIfExists(own);
    } catch (IOException e) {
      throw new TestbedException(own + ": the group could not be removed: " + e.getMessage(), e);
    }
  }
}
