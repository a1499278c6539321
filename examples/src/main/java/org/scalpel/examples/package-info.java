/**
 * Two case studies on real video: who enters a zone indoors, and how many vehicles cross a line.
 *
 * <p>What it is: programs that use the system as any user would: a detector is planned, cut and run
 * over real tier processes behind emulated links; its answers are tracked, and tracks become
 * events. What it is not: a part of the system; nothing depends on it.
 *
 * <p>Read {@link org.scalpel.examples.CaseVerb} first, then {@link org.scalpel.examples.CameraRun}.
 * {@code Box}, {@code Tracker}, {@code Watch} and {@code EventMatch} know neither video nor
 * network.
 */
@NullMarked
package org.scalpel.examples;

import org.jspecify.annotations.NullMarked;
