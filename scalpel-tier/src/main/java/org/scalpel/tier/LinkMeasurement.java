package org.scalpel.tier;

/**
 * What a link gave, by transfers of our own and one clock.
 *
 * @param upMbps to the tier, 10^6 bit/s
 * @param downMbps from the tier, 10^6 bit/s
 * @param rttMs of an empty message
 * @param bytes that were sent and received to find out
 */
public record LinkMeasurement(double upMbps, double downMbps, double rttMs, long bytes) {}
