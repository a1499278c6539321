package org.scalpel.plan;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The most of everything that a request, or the mean over all requests, may use. Tiers and
 * directions of links are named ("device->edge" counts the bytes sent away from the device,
 * "edge->device" those that return). Where layers are not always reached, amounts are expected
 * values.
 *
 * @param tierMs tier → compute on it, ms
 * @param memoryMib tier → memory of the layers on it, MiB
 * @param linkBytes direction of a link → bytes sent over it
 * @param total what is not bound to a place
 */
public record Caps(
    Map<String, Double> tierMs,
    Map<String, Double> memoryMib,
    Map<String, Double> linkBytes,
    Total total) {
  /** No cap at all. */
  public static final Caps NONE = new Caps(Map.of(), Map.of(), Map.of(), Total.NONE);

  /**
   * Amounts that are not bound to a place.
   *
   * @param energyMj energy of layers and links, millijoule
   * @param money price of the layers
   * @param latencyMs serial latency
   */
  public record Total(OptionalDouble energyMj, OptionalDouble money, OptionalDouble latencyMs) {
    /** No cap. */
    public static final Total NONE =
        new Total(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());

    /** Checks the values. */
    public Total {
      energyMj.ifPresent(value -> Checks.nonNegative("energy-mj", value));
      money.ifPresent(value -> Checks.nonNegative("money", value));
      latencyMs.ifPresent(value -> Checks.nonNegative("deadline-ms", value));
    }
  }

  /** Copies the maps and checks the amounts. */
  public Caps {
    tierMs = amounts("tier-ms", tierMs);
    memoryMib = amounts("memory-mib", memoryMib);
    linkBytes = amounts("egress-bytes", linkBytes);
  }

  private static Map<String, Double> amounts(String what, Map<String, Double> amounts) {
    amounts.forEach((place, value) -> Checks.nonNegative(what + " of \"" + place + "\"", value));
    return Map.copyOf(amounts);
  }

  /** True if nothing is capped. */
  public boolean isEmpty() {
    return equals(NONE);
  }

  /** These caps and at most {@code ms} of compute on {@code tier}. */
  public Caps withTierMs(String tier, double ms) {
    return new Caps(with(tierMs, tier, ms), memoryMib, linkBytes, total);
  }

  /** These caps and at most {@code mib} of memory on {@code tier}. */
  public Caps withMemoryMib(String tier, double mib) {
    return new Caps(tierMs, with(memoryMib, tier, mib), linkBytes, total);
  }

  /** These caps and at most {@code bytes} over {@code direction}, as in "device->edge". */
  public Caps withLinkBytes(String direction, double bytes) {
    return new Caps(tierMs, memoryMib, with(linkBytes, direction, bytes), total);
  }

  /** These caps and at most {@code mj} of energy. */
  public Caps withEnergyMj(double mj) {
    return withTotal(new Total(OptionalDouble.of(mj), total.money(), total.latencyMs()));
  }

  /** These caps and at most {@code most} of money. */
  public Caps withMoney(double most) {
    return withTotal(new Total(total.energyMj(), OptionalDouble.of(most), total.latencyMs()));
  }

  /** These caps and at most {@code ms} of serial latency. */
  public Caps withLatencyMs(double ms) {
    return withTotal(new Total(total.energyMj(), total.money(), OptionalDouble.of(ms)));
  }

  private Caps withTotal(Total other) {
    return new Caps(tierMs, memoryMib, linkBytes, other);
  }

  static <V> Map<String, V> with(Map<String, V> map, String key, V value) {
    Map<String, V> copy = new TreeMap<>(map);
    copy.put(key, value);
    return copy;
  }
}
