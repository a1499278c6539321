package org.scalpel.testbed;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;

/**
 * A child JVM that serves on a port and is surely ended: by {@link #close}, or by a shutdown hook
 * when this JVM ends first (normally, by an exception, or by Ctrl-C). Only {@code kill -9} of this
 * JVM can leave it behind; a child that wants to outlive not even that watches its standard input,
 * which is a pipe held open by this JVM.
 */
public final class TierProcess implements AutoCloseable {
  private static final int TAIL_LINES = 50;
  private static final int MAX_LINE = 4_000;
  private static final long GRACE_SECONDS = 5;

  private final TierProcessConfig config;
  private final Process process;
  private final Thread hook;
  private final Thread reader;
  private final Deque<String> tail = new ArrayDeque<>();
  private final CompletableFuture<Integer> ready = new CompletableFuture<>();

  private TierProcess(TierProcessConfig config, Process process) {
    this.config = config;
    this.process = process;
    hook = new Thread(process::destroyForcibly, config.name() + "-end");
    reader = new Thread(this::read, config.name() + "-log");
    reader.setDaemon(true);
  }

  /**
   * Starts the child and waits until it is ready.
   *
   * @throws TestbedException if it ends first or takes too long; it is gone then
   */
  public static TierProcess start(TierProcessConfig config) {
    try {
      Process process =
          new ProcessBuilder(config.java().commandLine()).redirectErrorStream(true).start();
      TierProcess tier = new TierProcess(config, process);
      Runtime.getRuntime().addShutdownHook(tier.hook);
      tier.reader.start();
      tier.awaitReady();
      return tier;
    } catch (IOException e) {
      throw new TestbedException(
          "cannot start process " + config.name() + ": " + e.getMessage(), e);
    }
  }

  /** The port that its ready line named. */
  public int port() {
    return ready.join();
  }

  /** Process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it still runs. */
  public boolean alive() {
    return process.isAlive();
  }

  /** The last lines it printed, at most 50. */
  public List<String> tail() {
    synchronized (tail) {
      return List.copyOf(tail);
    }
  }

  /** Ends it at once and without warning, as a crash would. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Asks it to end, after five seconds insists; returns when it is gone. */
  @Override
  public void close() {
    process.destroy();
    if (!awaitEnd()) {
      process.destroyForcibly();
      awaitEnd();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This JVM is ending: the hooks run already.
      return;
    }
  }

  private boolean awaitEnd() {
    try {
      boolean ended = process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
      if (ended) {
        reader.join(TimeUnit.SECONDS.toMillis(GRACE_SECONDS));
      }
      return ended;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void awaitReady() {
    try {
      ready.get(config.startLimit().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      fail("was not ready within " + config.startLimit().toMillis() + " ms", e);
    } catch (ExecutionException e) {
      fail("ended before it was ready", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail("was not ready when this program was interrupted", e);
    }
  }

  private void fail(String what, Exception cause) {
    close();
    List<String> lines = tail();
    String last = lines.isEmpty() ? "it printed nothing" : lines.get(lines.size() - 1);
    throw new TestbedException(
        "process %s %s: %s (log: %s)".formatted(config.name(), what, last, config.log()), cause);
  }

  /**
   * Copies what the child prints to the log until it ends, so that it never blocks on a full pipe.
   */
  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        BufferedWriter log = Files.newBufferedWriter(config.log())) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.write(line);
        log.newLine();
        log.flush();
        keep(line);
      }
    } catch (IOException e) {
      keep("log of process " + config.name() + " ended: " + e.getMessage());
    }
    ready.completeExceptionally(new TestbedException("ended"));
  }

  /** 0 where the ready line names no port. */
  private static int port(String digits) {
    return digits.matches("\\d{1,5}") ? Integer.parseInt(digits) : 0;
  }

  private void keep(String line) {
    String kept = line.length() <= MAX_LINE ? line : line.substring(0, MAX_LINE);
    synchronized (tail) {
      tail.add(kept);
      if (tail.size() > TAIL_LINES) {
        tail.remove();
      }
    }
    Matcher matcher = config.ready().matcher(kept);
    if (!ready.isDone() && matcher.find()) {
      ready.complete(port(matcher.group(1)));
    }
  }
}
