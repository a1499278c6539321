package org.scalpel.examples;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.app.EmulatedLink;
import org.scalpel.app.TierCommand;
import org.scalpel.cost.Network;
import org.scalpel.testbed.TierProcess;
import org.scalpel.tier.DeviceTier;
import org.scalpel.tier.Endpoint;
import org.scalpel.tier.TierClient;
import org.scalpel.tier.TierConfig;

/**
 * The machines of a study on one: a process for each tier behind the cameras, shaped links, and
 * every camera's device in this process. Cameras have a link each and share everything behind it.
 *
 * <pre>
 *   camera 1 ── link ──┐
 *   camera 2 ── link ──┴── process of tier 1 ── link ── process of tier 2
 * </pre>
 */
final class CaseTestbed implements AutoCloseable {
  private final Path folder;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Map<String, Endpoint> direct = new LinkedHashMap<>();
  private final List<DeviceTier> devices = new ArrayList<>();

  private CaseTestbed(Path folder, World world, int cameras, int window) {
    this.folder = folder;
    List<World.Machine> machines = world.machines();
    try {
      String next = "";
      for (int tier = machines.size() - 1; tier > 0; tier--) {
        TierProcess process = process(machines.get(tier), next);
        direct.put(machines.get(tier).name(), new Endpoint(TierCommand.HOST, process.port()));
        Network.LinkSpec spec = world.network().links().get(tier - 1);
        if (tier > 1) {
          next = link(spec, "link-" + tier, process.port());
          continue;
        }
        for (int camera = 1; camera <= cameras; camera++) {
          devices.add(device(world, link(spec, "camera-" + camera, process.port()), window));
        }
      }
    } catch (RuntimeException fault) {
      close();
      throw fault;
    }
  }

  /** Starts everything; what was started is ended when that fails. */
  static CaseTestbed start(Path folder, World world, int cameras, int window) {
    return new CaseTestbed(folder, world, cameras, window);
  }

  private DeviceTier device(World world, String next, int window) {
    TierConfig config =
        TierConfig.builder(world.device().name())
            .next(next)
            .slowdown(world.device().slowdown())
            .window(window)
            .store(folder.resolve("store-devices"))
            .build();
    return keep(new DeviceTier(config));
  }

  private TierProcess process(World.Machine machine, String next) {
    return keep(
        TierCommand.of(machine.name(), folder).slowdown(machine.slowdown()).next(next).start());
  }

  private String link(Network.LinkSpec spec, String name, int port) {
    return EmulatedLink.address(keep(EmulatedLink.start(name, port, EmulatedLink.shape(spec))));
  }

  private <T extends AutoCloseable> T keep(T part) {
    open.push(part);
    return part;
  }

  /** One for each camera. */
  List<DeviceTier> devices() {
    return List.copyOf(devices);
  }

  /** A client of a tier, past the shaped links. */
  TierClient client(String tier) {
    Endpoint endpoint = Optional.ofNullable(direct.get(tier)).orElseThrow();
    return TierClient.of(endpoint, TierConfig.builder("profile").build());
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
