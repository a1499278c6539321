package org.scalpel.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.scalpel.app.UserException;
import org.scalpel.cost.Network;

/**
 * The machines and links of a study, as declared.
 *
 * @param machines the device, which every camera has, first
 * @param network the links between them
 */
record World(List<Machine> machines, Network network) {
  /** A tier that takes {@code slowdown} times as long as this machine. */
  record Machine(String name, double slowdown) {}

  /** Checks that the links fit. */
  World {
    machines = List.copyOf(machines);
    if (machines.size() < 2 || network.links().size() != machines.size() - 1) {
      throw new UserException(
          "--network: expected a link between each two of "
              + machines.stream().map(Machine::name).toList()
              + ", found "
              + network.links().size());
    }
  }

  static World of(Map<String, Double> slowdowns, String network) {
    List<Machine> machines = new ArrayList<>();
    slowdowns.forEach((name, slowdown) -> machines.add(new Machine(name, slowdown)));
    return new World(machines, Network.of(network));
  }

  List<String> tiers() {
    return machines.stream().map(Machine::name).toList();
  }

  Machine device() {
    return machines.get(0);
  }

  /** In one line. */
  String words() {
    return IntStream.range(0, machines.size())
        .mapToObj(
            tier -> {
              Machine machine = machines.get(tier);
              String name = machine.name() + " (slowed " + number(machine.slowdown()) + "×)";
              if (tier == 0) {
                return name;
              }
              Network.LinkSpec link = network.links().get(tier - 1);
              return number(link.upMbps())
                  + "/"
                  + number(link.downMbps())
                  + " Mbit/s, "
                  + number(link.rttMs())
                  + " ms — "
                  + name;
            })
        .collect(Collectors.joining(" — "));
  }

  private static String number(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }
}
