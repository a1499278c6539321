package org.scalpel.examples;

/**
 * Something that someone wants to know.
 *
 * @param frame of the video in which it was seen
 * @param kind for example {@code enters} or {@code down}
 * @param track who did it
 */
record Event(long frame, String kind, int track) {}
