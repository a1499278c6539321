package org.scalpel.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On folders that look like control groups: a test must not slow down the others. */
class CpuQuotaTest {
  @TempDir private Path root = Path.of("");

  private Path membership(String line) throws IOException {
    return Files.writeString(root.resolve("membership"), "3:memory:/other\n" + line + "\n");
  }

  @Test
  void theSecondVersionGetsQuotaAndPeriodInOneFile() throws IOException {
    Files.createFile(root.resolve("cgroup.controllers"));
    Files.createDirectory(root.resolve("user"));
    CpuQuota quota = CpuQuota.of(0.5, root, membership("0::/user"));
    Path own = quota.group();
    quota.add(ProcessHandle.current().pid());

    assertThat(own).hasParent(root);
    assertThat(own.resolve("cpu.max")).hasContent("10000 20000");
    assertThat(own.resolve("cgroup.procs"))
        .hasContent(String.valueOf(ProcessHandle.current().pid()));
    // In a real tree these files vanish with their folder.
    Files.delete(own.resolve("cpu.max"));
    assertThatThrownBy(quota::close).hasMessageContaining("could not be removed");
    assertThat(root.resolve("user/cgroup.procs")).isNotEmptyFile();
    Files.delete(own.resolve("cgroup.procs"));
    quota.close();
    assertThat(own).doesNotExist();
  }

  @Test
  void theFirstVersionHasATreeForProcessors() throws IOException {
    Files.createDirectory(root.resolve("cpu"));
    CpuQuota quota = CpuQuota.of(1.5, root, membership("5:cpu,cpuacct:/"));

    assertThat(quota.group()).hasParent(root.resolve("cpu"));
    assertThat(quota.group().resolve("cpu.cfs_quota_us")).hasContent("30000");
    assertThat(quota.group().resolve("cpu.cfs_period_us")).hasContent("20000");
  }

  @Test
  void whereNoGroupsCanBeMadeTheErrorSaysWhatIsNeeded() throws IOException {
    Path membership = membership("1:cpu:/");

    assertThatThrownBy(() -> CpuQuota.of(0.5, root.resolve("none"), membership))
        .isInstanceOf(TestbedException.class)
        .hasMessageContaining("needs root")
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> CpuQuota.of(0, root, membership)).hasMessageContaining("0.05 to 64");
  }
}
