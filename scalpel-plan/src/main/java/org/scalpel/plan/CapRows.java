package org.scalpel.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The caps of a request as rows of numbers. Amounts of different kind meet in one program, so each
 * row has a unit that keeps its numbers near 1.
 */
final class CapRows {
  private final Instance in;
  private final List<Cap> caps;
  private final double[] unit;

  private CapRows(Instance in, List<Cap> caps) {
    this.in = in;
    this.caps = List.copyOf(caps);
    unit = caps.stream().mapToDouble(cap -> cap.most() > 0 ? cap.most() : 1).toArray();
  }

  /** No row. */
  static CapRows none(Instance in) {
    return new CapRows(in, List.of());
  }

  /** What every request must keep, the losses of its codecs included. */
  static CapRows hard(Instance in, Limits limits) {
    List<Cap> caps = caps(in.problem, "max-", limits.each());
    boolean lossy =
        in.problem.tensors().stream()
            .anyMatch(tensor -> tensor.codecs().stream().anyMatch(codec -> codec.loss() > 0));
    if (lossy) {
      limits
          .quality()
          .maxLoss()
          .ifPresent(most -> caps.add(new Cap("max-loss " + most, Cap.What.LOSS, 0, most)));
    }
    return new CapRows(in, caps);
  }

  /** What a mix must keep on average. */
  static CapRows mean(Instance in, Limits limits) {
    return new CapRows(in, caps(in.problem, "mean-", limits.mean()));
  }

  private static List<Cap> caps(Problem problem, String kind, Caps caps) {
    List<Cap> rows = new ArrayList<>();
    sorted(caps.tierMs())
        .forEach(
            (tier, most) ->
                rows.add(
                    new Cap(
                        kind + "tier-ms " + tier + "=" + most,
                        Cap.What.TIER_MS,
                        problem.tierIndex(tier),
                        most)));
    sorted(caps.memoryMib())
        .forEach(
            (tier, most) ->
                rows.add(
                    new Cap(
                        kind + "memory-mib " + tier + "=" + most,
                        Cap.What.MEMORY_MIB,
                        problem.tierIndex(tier),
                        most)));
    sorted(caps.linkBytes()).forEach((way, most) -> rows.add(bytes(problem, kind, way, most)));
    Caps.Total total = caps.total();
    total
        .energyMj()
        .ifPresent(m -> rows.add(new Cap(kind + "energy-mj " + m, Cap.What.ENERGY_MJ, 0, m)));
    total.money().ifPresent(m -> rows.add(new Cap(kind + "money " + m, Cap.What.MONEY, 0, m)));
    total
        .latencyMs()
        .ifPresent(m -> rows.add(new Cap("deadline-ms " + m, Cap.What.LATENCY_MS, 0, m)));
    return rows;
  }

  private static Map<String, Double> sorted(Map<String, Double> amounts) {
    return new TreeMap<>(amounts);
  }

  private static Cap bytes(Problem problem, String kind, String way, double most) {
    String name = kind + "egress-bytes " + way + "=" + most;
    List<String> names = new ArrayList<>();
    for (int k = 0; k < problem.links().size(); k++) {
      if (way.equals(problem.upName(k))) {
        return new Cap(name, Cap.What.UP_BYTES, k, most);
      }
      if (way.equals(problem.downName(k))) {
        return new Cap(name, Cap.What.DOWN_BYTES, k, most);
      }
      names.add(problem.upName(k));
      names.add(problem.downName(k));
    }
    throw new ProblemException(Names.unknown("link", way, names));
  }

  int count() {
    return caps.size();
  }

  boolean isEmpty() {
    return caps.isEmpty();
  }

  List<Cap> caps() {
    return caps;
  }

  double unit(int row) {
    return unit[row];
  }

  /** A cap in its unit, a little loosened against rounding. */
  double loosened(int row) {
    return caps.get(row).loosened() / unit[row];
  }

  /** A cap in its unit. */
  double most(int row) {
    return caps.get(row).most() / unit[row];
  }

  /** What a partition uses of each, in units. */
  double[] used(Loads loads) {
    double[] used = new double[unit.length];
    for (int row = 0; row < used.length; row++) {
      used[row] = caps.get(row).used(loads) / unit[row];
    }
    return used;
  }

  /** What prices see a partition use of each, in units. */
  double[] priced(Loads loads) {
    double[] used = new double[unit.length];
    for (int row = 0; row < used.length; row++) {
      used[row] = caps.get(row).priced(loads) / unit[row];
    }
    return used;
  }

  /** {@code base} and these prices per unit. */
  Prices prices(Prices base, double[] price) {
    Prices sum = base.copy();
    for (int row = 0; row < unit.length; row++) {
      sum = price[row] == 0 ? sum : caps.get(row).add(sum, in, price[row] / unit[row]);
    }
    return sum;
  }

  /** Which caps a partition breaks, in words. */
  List<String> broken(Loads loads) {
    List<String> broken = new ArrayList<>();
    for (Cap cap : caps) {
      if (cap.used(loads) > cap.loosened()) {
        broken.add(cap.name() + " is exceeded: " + cap.used(loads));
      }
    }
    return broken;
  }

  /** True if a partition keeps every cap. */
  boolean keeps(Loads loads) {
    for (Cap cap : caps) {
      if (cap.used(loads) > cap.loosened()) {
        return false;
      }
    }
    return true;
  }

  /** The caps as the user gave them. */
  String names() {
    return caps.stream().map(Cap::name).collect(Collectors.joining(" and "));
  }
}
