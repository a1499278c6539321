package org.scalpel.tier;

import java.util.List;
import java.util.Map;

/**
 * Where the time of one request went, tier by tier, and what was predicted for it.
 *
 * @param tiers names, the device first, as the plan calls them
 * @param spans of the tiers that told, the device first; each holds durations on that tier's own
 *     clock, so a link is what remains of a round trip without the tier behind it
 * @param predictedMs the plan's stages, by the contract's names ({@code device->edge}, and {@code
 *     device<->edge} with its round trip where that is known); may be empty
 */
public record RequestTimes(List<String> tiers, List<Span> spans, Map<String, Double> predictedMs) {
  /** Copies. */
  public RequestTimes {
    tiers = List.copyOf(tiers);
    spans = List.copyOf(spans);
    predictedMs = Map.copyOf(predictedMs);
  }
}
