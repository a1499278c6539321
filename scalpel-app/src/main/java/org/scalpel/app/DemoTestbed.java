package org.scalpel.app;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.cost.Network;
import org.scalpel.testbed.LinkProxy;
import org.scalpel.testbed.TierProcess;
import org.scalpel.tier.DeviceTier;
import org.scalpel.tier.Endpoint;
import org.scalpel.tier.TierConfig;

/**
 * Three machines on one: a process for each remote tier, a shaped link in front of each, and the
 * device in this process.
 *
 * <pre>
 *   this process ── link 0 ── process of tier 1 ── link 1 ── process of tier 2
 * </pre>
 */
final class DemoTestbed implements AutoCloseable {
  private final Path folder;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Map<String, Endpoint> direct = new LinkedHashMap<>();
  private final List<LinkProxy> links = new ArrayList<>();
  private final DeviceTier device;

  private DemoTestbed(Path folder, DemoWorld world) {
    this.folder = folder;
    List<DemoWorld.Machine> machines = world.machines();
    try {
      String next = "";
      for (int tier = machines.size() - 1; tier > 0; tier--) {
        String name = machines.get(tier).name();
        TierProcess process = process(machines.get(tier), next);
        direct.put(name, new Endpoint(TierCommand.HOST, process.port()));
        String between = machines.get(tier - 1).name() + "-" + name;
        next = link(world.network().links().get(tier - 1), between, process.port());
      }
      TierConfig config =
          TierConfig.builder(world.device().name())
              .next(next)
              .slowdown(world.device().slowdown())
              .store(folder.resolve("store-" + world.device().name()))
              .build();
      device = keep(new DeviceTier(config));
    } catch (RuntimeException fault) {
      close();
      throw fault;
    }
  }

  /** Starts everything; what was started is ended when that fails. */
  static DemoTestbed start(Path folder, DemoWorld world) {
    return new DemoTestbed(folder, world);
  }

  private TierProcess process(DemoWorld.Machine machine, String next) {
    return keep(
        TierCommand.of(machine.name(), folder).slowdown(machine.slowdown()).next(next).start());
  }

  /** What a tier's process printed. */
  Path log(String tier) {
    return TierCommand.log(tier, folder);
  }

  private String link(Network.LinkSpec spec, String name, int port) {
    LinkProxy proxy = keep(EmulatedLink.start(name, port, EmulatedLink.shape(spec)));
    links.add(0, proxy);
    return EmulatedLink.address(proxy);
  }

  private <T extends AutoCloseable> T keep(T part) {
    open.push(part);
    return part;
  }

  DeviceTier device() {
    return device;
  }

  /** Where a remote tier listens, past the shaped link. */
  Endpoint direct(String tier) {
    return Optional.ofNullable(direct.get(tier))
        .orElseThrow(() -> new IllegalStateException("no process stands for tier " + tier));
  }

  /** The bytes that crossed a link so far, both ways, with all framing. */
  long bytes(int link) {
    return links.get(link).bytesUp() + links.get(link).bytesDown();
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception fault) {
        // The rest must end all the same; what remains ends with this process.
      }
    }
  }
}
