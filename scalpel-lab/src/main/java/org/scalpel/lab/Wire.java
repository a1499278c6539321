package org.scalpel.lab;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.scalpel.testbed.JavaCommand;
import org.scalpel.testbed.LinkProxy;
import org.scalpel.testbed.LinkProxyConfig;
import org.scalpel.testbed.LinkShape;
import org.scalpel.testbed.TierProcess;
import org.scalpel.testbed.TierProcessConfig;
import org.scalpel.tier.DeviceTier;
import org.scalpel.tier.TierConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A chain of tiers for measuring: the device in this process, every other tier a process of its own
 * on loopback, each behind an emulated link or plain.
 *
 * <pre>
 *   this process ── link 0 ── process of tier 1 ── link 1 ── process of tier 2
 * </pre>
 */
final class Wire implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Wire.class);
  private static final String HOST = "127.0.0.1";

  /**
   * A tier.
   *
   * @param slowdown declared time dilation, 1 = none
   * @param link in front of it; none = plain loopback, and none for the device
   */
  record Stop(String name, double slowdown, Optional<LinkShape> link) {}

  private final Path folder;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final DeviceTier device;

  private Wire(List<Stop> stops, Path folder) {
    this.folder = folder;
    try {
      String next = "";
      for (int tier = stops.size() - 1; tier > 0; tier--) {
        next = start(stops.get(tier), next);
      }
      TierConfig config =
          TierConfig.builder(stops.get(0).name())
              .next(next)
              .slowdown(stops.get(0).slowdown())
              .store(folder.resolve("store-" + stops.get(0).name()))
              .build();
      device = keep(new DeviceTier(config));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Starts all tiers, the device first in the list; logs and stores lie in {@code folder}. */
  static Wire start(List<Stop> stops, Path folder) {
    return new Wire(stops, folder);
  }

  DeviceTier device() {
    return device;
  }

  private String start(Stop stop, String next) {
    List<String> words = new ArrayList<>(List.of("org.scalpel.app.Main", "serve"));
    words.addAll(List.of("--tier", stop.name(), "--listen", HOST + ":0", "--until-stdin-closes"));
    words.add("--rehearse");
    words.addAll(List.of("--slowdown", String.valueOf(stop.slowdown())));
    words.addAll(List.of("--store", folder.resolve("store-" + stop.name()).toString()));
    if (!next.isEmpty()) {
      words.addAll(List.of("--next", next));
    }
    JavaCommand java =
        JavaCommand.sameClassPath(words.toArray(String[]::new)).withOptions("-Xmx1g");
    Path log = folder.resolve(stop.name() + ".log");
    TierProcess process = keep(TierProcess.start(TierProcessConfig.of(stop.name(), java, log)));
    if (stop.link().isEmpty()) {
      return HOST + ":" + process.port();
    }
    InetSocketAddress target =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), process.port());
    LinkProxy link =
        keep(
            LinkProxy.start(
                LinkProxyConfig.loopback(stop.name(), target, stop.link().orElseThrow())));
    return HOST + ":" + link.address().getPort();
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
