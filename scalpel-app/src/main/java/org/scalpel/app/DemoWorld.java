package org.scalpel.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.scalpel.cost.Network;

/**
 * The machines and links of a demo, as declared.
 *
 * @param machines the device first
 * @param network a link between each two neighbours
 */
record DemoWorld(List<Machine> machines, Network network) {
  private static final List<Machine> USUAL =
      List.of(new Machine("device", 20), new Machine("edge", 4), new Machine("cloud", 1));

  /** A tier that takes {@code slowdown} times as long as this machine. */
  record Machine(String name, double slowdown) {
    String words() {
      return name + " " + slowdown + "×";
    }
  }

  DemoWorld {
    machines = List.copyOf(machines);
    if (network.links().size() != machines.size() - 1) {
      throw new UserException(
          "--network: expected a link between each two of "
              + machines.stream().map(Machine::name).toList()
              + ", found "
              + network.links().size());
    }
  }

  /** Tier → slow-down, or the usual three machines where none is named. */
  static DemoWorld of(Map<String, Double> slowdowns, Network network) {
    List<Machine> machines = new ArrayList<>();
    slowdowns.forEach((name, slowdown) -> machines.add(new Machine(name, slowdown)));
    return new DemoWorld(machines.isEmpty() ? USUAL : machines, network);
  }

  List<String> tiers() {
    return machines.stream().map(Machine::name).toList();
  }

  Machine device() {
    return machines.get(0);
  }

  List<String> words() {
    return machines.stream().map(Machine::words).toList();
  }
}
