package org.scalpel.tier;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A chain of tier servers in this process, over real sockets; the device is the caller's. */
final class Tiers implements AutoCloseable {
  private static final List<String> NAMES = List.of("device", "edge", "cloud", "far");

  private final List<TierServer> servers = new ArrayList<>();
  private final Path store;

  private Tiers(Path store) {
    this.store = store;
  }

  /** So many tiers, the device counted. */
  static Tiers start(Path store, int count) {
    Tiers tiers = new Tiers(store);
    Optional<Endpoint> next = Optional.empty();
    for (int t = count - 1; t > 0; t--) {
      TierConfig.Builder config = Nets.tier(NAMES.get(t), store);
      next.ifPresent(n -> config.next(n.toString()));
      TierServer server = TierServer.start(config.build());
      tiers.servers.add(0, server);
      next = Optional.of(server.address());
    }
    return tiers;
  }

  TierConfig.Builder device() {
    return Nets.tier("device", store).next(servers.get(0).address().toString());
  }

  TierServer edge() {
    return servers.get(0);
  }

  @Override
  public void close() {
    servers.forEach(TierServer::close);
  }
}
