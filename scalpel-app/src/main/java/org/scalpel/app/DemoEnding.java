package org.scalpel.app;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What happens when the demo's process ends, by itself or by a signal: first the processes that it
 * started are gone, then their folder; who stopped it is told so.
 */
final class DemoEnding extends Thread {
  private static final long PATIENCE_S = 5;

  private final Console console;
  private final WorkFolder folder;
  private volatile boolean done;

  private DemoEnding(Console console, WorkFolder folder) {
    super("demo-end");
    this.console = console;
    this.folder = folder;
  }

  /** Takes charge of the folder. */
  static DemoEnding of(Console console, WorkFolder folder) {
    DemoEnding ending = new DemoEnding(console, folder);
    Runtime.getRuntime().addShutdownHook(ending);
    return ending;
  }

  /** The demo came to an end of its own, good or bad. */
  void done() {
    done = !underWay();
  }

  /** Whether this process is being ended: what fails from then on is no fault. */
  static boolean underWay() {
    try {
      Runtime.getRuntime().removeShutdownHook(new Thread(() -> {}, "never"));
      return false;
    } catch (IllegalStateException ending) {
      return true;
    }
  }

  @Override
  public void run() {
    List<ProcessHandle> started = ProcessHandle.current().descendants().toList();
    started.forEach(ProcessHandle::destroyForcibly);
    try {
      CompletableFuture.allOf(
              started.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
          .get(PATIENCE_S, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException late) {
      console.note("scalpel: a process of the demo did not end within " + PATIENCE_S + " s");
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    folder.close();
    if (!done) {
      console.note("scalpel: the demo was stopped; nothing of it runs any more");
    }
  }
}
