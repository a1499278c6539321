package org.scalpel.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.scalpel.app.EmulatedLink;
import org.scalpel.app.TierCommand;
import org.scalpel.testbed.KernelNetwork;
import org.scalpel.testbed.LinkProxy;
import org.scalpel.testbed.LinkShape;
import org.scalpel.testbed.TestbedException;
import org.scalpel.testbed.TierProcess;
import org.scalpel.tier.DeviceTier;
import org.scalpel.tier.Rehearsal;
import org.scalpel.tier.TierConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A chain of tiers for measuring: the device in this process, every other tier a process of its own
 * on loopback, each behind an emulated link or plain; or each on a host of its own of a {@link
 * KernelNetwork}, whose links are then the kernel's.
 *
 * <pre>
 *   this process ── link 0 ── process of tier 1 ── link 1 ── process of tier 2
 * </pre>
 */
final class Wire implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Wire.class);

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** A link in front of a tier while models and plans are on their way. */
  static final LinkShape UNHINDERED = new LinkShape(1000, 1000, 0);

  /**
   * A tier.
   *
   * @param slowdown declared time dilation, 1 = none
   * @param link in front of it; none = plain loopback, none for the device, and none where the
   *     kernel's links are used
   */
  record Stop(String name, double slowdown, Optional<LinkShape> link) {}

  private final Path folder;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Map<String, LinkProxy> links = new HashMap<>();
  private final Map<String, Running> running = new HashMap<>();
  private final Optional<KernelNetwork> network;
  private final boolean cold;
  private final DeviceTier device;

  /** A process and how to start it again where it was. */
  private record Running(Stop stop, Place place, String next, TierProcess process) {}

  /** Where a process runs: the command that leads there, and its address. */
  private record Place(List<String> launcher, String address) {}

  private Wire(
      List<Stop> stops,
      Path folder,
      Consumer<TierConfig.Builder> settings,
      Optional<KernelNetwork> network,
      Optional<Duration> rehearsal) {
    this.folder = folder;
    this.network = network;
    this.cold = rehearsal.filter(Duration::isZero).isPresent();
    try {
      String next = "";
      for (int tier = stops.size() - 1; tier > 0; tier--) {
        next = start(stops.get(tier), place(tier), next);
      }
      TierConfig config =
          TierConfig.builder(stops.get(0).name())
              .next(next)
              .slowdown(stops.get(0).slowdown())
              .store(folder.resolve("store-" + stops.get(0).name()))
              .apply(settings)
              .apply(cold ? Wire::patient : warm -> {})
              .build();
      device = keep(new DeviceTier(config));
      rehearsal.filter(time -> !time.isZero()).ifPresent(Rehearsal::run);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** A machine that compiles while it answers may be silent for longer than a warm one. */
  private static void patient(TierConfig.Builder device) {
    TierConfig.Times usual = device.build().times();
    device.times(
        new TierConfig.Times(
            usual.connect(), usual.request(), usual.prepare(), usual.drain(), PATIENCE));
  }

  /** Starts all tiers, the device first in the list; logs and stores lie in {@code folder}. */
  static Wire start(List<Stop> stops, Path folder) {
    return start(stops, folder, settings -> {});
  }

  /** The same with settings of the device. */
  static Wire start(List<Stop> stops, Path folder, Consumer<TierConfig.Builder> device) {
    return new Wire(stops, folder, device, Optional.empty(), Optional.empty());
  }

  /** The same over a chain of hosts; tier k runs on host k. */
  static Wire start(List<Stop> stops, Path folder, KernelNetwork network) {
    return new Wire(stops, folder, settings -> {}, Optional.of(network), Optional.empty());
  }

  /** The same, the device rehearsed for so long; where that is no time, no tier is. */
  static Wire rehearsed(
      List<Stop> stops, Path folder, Duration time, Consumer<TierConfig.Builder> device) {
    return new Wire(stops, folder, device, Optional.empty(), Optional.of(time));
  }

  private Place place(int tier) {
    return network
        .map(chain -> new Place(chain.on(tier), chain.address(tier - 1)))
        .orElse(new Place(List.of(), TierCommand.HOST));
  }

  /** The emulated link in front of a tier. */
  LinkProxy link(String tier) {
    return Optional.ofNullable(links.get(tier)).orElseThrow();
  }

  /** Ends a tier's process at once, as a crash would. */
  void kill(String tier) {
    running(tier).process.kill();
  }

  /** Starts a tier again, on its port, after it was killed. */
  void revive(String tier) {
    Running gone = running(tier);
    launch(gone.stop, gone.place, gone.next, gone.process.port());
  }

  /** Stops a tier's process where it is, or lets it go on. */
  void freeze(String tier, boolean frozen) {
    String signal = frozen ? "-STOP" : "-CONT";
    try {
      Process kill =
          new ProcessBuilder("kill", signal, String.valueOf(running(tier).process.pid()))
              .inheritIO()
              .start();
      if (!kill.waitFor(5, TimeUnit.SECONDS) || kill.exitValue() != 0) {
        throw new TestbedException("kill " + signal + " did not reach " + tier);
      }
    } catch (IOException e) {
      throw new TestbedException("kill cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TestbedException("interrupted while " + tier + " was signalled", e);
    }
  }

  private Running running(String tier) {
    return Optional.ofNullable(running.get(tier)).orElseThrow();
  }

  DeviceTier device() {
    return device;
  }

  private String start(Stop stop, Place place, String next) {
    TierProcess process = launch(stop, place, next, 0);
    if (stop.link().isEmpty()) {
      return place.address() + ":" + process.port();
    }
    LinkProxy link =
        keep(EmulatedLink.start(stop.name(), process.port(), stop.link().orElseThrow()));
    links.put(stop.name(), link);
    return EmulatedLink.address(link);
  }

  private TierProcess launch(Stop stop, Place place, String next, int port) {
    TierCommand command =
        TierCommand.of(stop.name(), folder)
            .listen(place.address(), port)
            .slowdown(stop.slowdown())
            .next(next)
            .behind(place.launcher());
    if (network.isPresent()) {
      // Nobody but the hosts of the chain can reach these addresses.
      command.with("--insecure");
    }
    TierProcess process = keep((cold ? command.cold() : command).start());
    running.put(stop.name(), new Running(stop, place, next, process));
    return process;
  }

  private <T extends AutoCloseable> T keep(T part) {
    open.push(part);
    return part;
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        // The rest must end all the same; what remains ends with this process.
        LOG.warn("a part of the testbed did not close", e);
      }
    }
  }
}
