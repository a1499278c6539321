package org.scalpel.train;

/**
 * A tensor on its way through a network: {@code [N, channels, side, side]}, or {@code [N,
 * channels]} where the side is 0.
 */
record Value(String name, int channels, int side) {}
