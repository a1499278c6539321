package org.scalpel.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TierProcessTest {
  @TempDir private Path folder;

  /** A child: serves on a free port until it is ended. */
  static final class Server {
    private Server() {}

    public static void main(String[] arguments) throws Exception {
      try (ServerSocket server = new ServerSocket(0)) {
        System.out.println("starting");
        System.err.println("edge ready on 127.0.0.1:" + server.getLocalPort());
        server.accept();
      }
    }
  }

  /** A child that fails. */
  static final class Failing {
    private Failing() {}

    public static void main(String[] arguments) {
      System.err.println("no such model");
      System.exit(2);
    }
  }

  /** A child that starts a child of its own and then ends without closing it. */
  static final class Parent {
    private Parent() {}

    public static void main(String[] arguments) {
      JavaCommand java = JavaCommand.sameClassPath(Server.class.getName());
      TierProcess child =
          TierProcess.start(TierProcessConfig.of("child", java, Path.of(arguments[0])));
      System.out.println("child " + child.pid());
      throw new IllegalStateException("this parent forgets its child");
    }
  }

  private TierProcessConfig config(Class<?> main) {
    return TierProcessConfig.of(
        "edge", JavaCommand.sameClassPath(main.getName()), folder.resolve("edge.log"));
  }

  @Test
  void startsServesAndEnds() throws IOException {
    TierProcess tier = TierProcess.start(config(Server.class));
    try (tier) {
      assertThat(tier.alive()).isTrue();
      assertThat(tier.port()).isBetween(1, 65_535);
      assertThat(tier.tail()).contains("starting");
    }
    assertThat(tier.alive()).isFalse();
    assertThat(ProcessHandle.of(tier.pid()).map(ProcessHandle::isAlive))
        .isNotEqualTo(java.util.Optional.of(true));
    assertThat(Files.readString(folder.resolve("edge.log"))).contains("starting", "ready on");
  }

  @Test
  void killsWithoutWarning() {
    try (TierProcess tier = TierProcess.start(config(Server.class))) {
      tier.kill();
      assertThat(tier.alive()).isFalse();
    }
  }

  @Test
  void tellsWhyAChildDidNotStart() {
    TierProcessConfig config = config(Failing.class);
    assertThatThrownBy(() -> TierProcess.start(config))
        .isInstanceOf(TestbedException.class)
        .hasMessageContaining("edge ended before it was ready: no such model")
        .hasMessageContaining("edge.log");
  }

  @Test
  void givesUpOnAChildThatIsNeverReady() {
    TierProcessConfig never =
        new TierProcessConfig(
            "slow",
            JavaCommand.sameClassPath(Server.class.getName()),
            java.util.regex.Pattern.compile("never (\\d+)"),
            Duration.ofMillis(300),
            folder.resolve("slow.log"));
    assertThatThrownBy(() -> TierProcess.start(never))
        .isInstanceOf(TestbedException.class)
        .hasMessageContaining("slow was not ready within 300 ms");
  }

  @Test
  void aParentThatFailsLeavesNoOrphan() throws Exception {
    Process parent =
        new ProcessBuilder(
                JavaCommand.sameClassPath(
                        Parent.class.getName(), folder.resolve("child.log").toString())
                    .commandLine())
            .redirectError(folder.resolve("parent.err").toFile())
            .start();
    long child;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
      child = Long.parseLong(lines.readLine().substring("child ".length()));
      assertThat(parent.waitFor(20, TimeUnit.SECONDS)).isTrue();
    } finally {
      parent.destroyForcibly();
    }
    ProcessHandle.of(child)
        .ifPresent(handle -> handle.onExit().orTimeout(10, TimeUnit.SECONDS).join());
    assertThat(ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false)).isFalse();
  }

  @Test
  void refusesAPatternWithoutAPort() {
    assertThatThrownBy(
            () ->
                new TierProcessConfig(
                    "x",
                    JavaCommand.sameClassPath("Main"),
                    java.util.regex.Pattern.compile("ready"),
                    Duration.ofSeconds(1),
                    folder.resolve("x.log")))
        .hasMessageContaining("no group for the port");
  }
}
