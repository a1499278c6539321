package org.scalpel.app;

import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.scalpel.cost.Network.LinkSpec;
import org.scalpel.live.LiveClient;
import org.scalpel.live.Situation;
import org.scalpel.live.Switch;

/** Says once a second how links, machines and requests are, and every change of the plan. */
final class LiveWatch implements AutoCloseable {
  private final LiveClient client;
  private final Console console;
  private final ScheduledExecutorService clock;
  private int told;

  private LiveWatch(LiveClient client, Console console) {
    this.client = client;
    this.console = console;
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "scalpel-watch");
              thread.setDaemon(true);
              return thread;
            });
  }

  static LiveWatch start(LiveClient client, Console console) {
    LiveWatch watch = new LiveWatch(client, console);
    var unused = watch.clock.scheduleAtFixedRate(watch::tell, 1, 1, TimeUnit.SECONDS);
    return watch;
  }

  private synchronized void tell() {
    var switches = client.switches();
    for (Switch one : switches.subList(Math.min(told, switches.size()), switches.size())) {
      console.note("switch at " + one);
    }
    told = switches.size();
    console.note(line(client.situation(), client.counts()));
  }

  static String line(Situation now, LiveClient.Counts counts) {
    String links = now.links().stream().map(LiveWatch::words).collect(Collectors.joining(", "));
    String machines =
        now.factors().stream()
            .map(factor -> String.format(Locale.ROOT, "×%.2f", factor))
            .collect(Collectors.joining(" "));
    return "%s | compute %s | %d answered, %d rescued, %d failed"
        .formatted(links, machines, counts.answered(), counts.rescued(), counts.failed());
  }

  private static String words(LinkSpec link) {
    return link.upMbps() == 0
        ? link.name() + " lost"
        : String.format(
            Locale.ROOT,
            "%s %.2f/%.2f Mbit/s %.1f ms",
            link.name(),
            link.upMbps(),
            link.downMbps(),
            link.rttMs());
  }

  @Override
  public void close() {
    clock.shutdownNow();
    tell();
  }
}
