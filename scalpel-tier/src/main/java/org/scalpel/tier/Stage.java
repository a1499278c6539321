package org.scalpel.tier;

import java.util.OptionalDouble;

/**
 * One step of a request through the tiers, predicted and measured.
 *
 * @param name a tier ({@code edge}) or a link ({@code device<->edge}: both ways and the round trip,
 *     because clocks of two machines are never compared)
 * @param predictedMs what the plan says, where it came with predictions
 * @param measuredMs what this request took: computing for a tier, the rest of the round trip for a
 *     link
 * @param queueMs of a tier, how long the request waited for it; 0 for a link
 * @param codecMs of a tier, how much of {@code measuredMs} went into decoding what came and
 *     encoding what goes on; 0 for a link
 * @param bytes that crossed a link, tensors both ways; 0 for a tier
 */
public record Stage(
    String name,
    OptionalDouble predictedMs,
    double measuredMs,
    double queueMs,
    double codecMs,
    long bytes) {}
