/**
 * A network and its machines inside one machine, without root.
 *
 * <p>What it is: {@link org.scalpel.testbed.LinkProxy}, a TCP link of a stated rate and delay that
 * can be changed, stalled and broken while it is in use; {@link org.scalpel.testbed.Trace},
 * measured bandwidth to play onto one; {@link org.scalpel.testbed.TierProcess}, a child JVM that
 * surely ends. What it is not: it knows nothing of models, plans or protocols, it forwards bytes;
 * and slowing a tier's computation down is the tier's own setting.
 *
 * <p>Read {@link org.scalpel.testbed.LinkProxy} first, then {@code Lane}, where the shaping is.
 * Asked and measured rates and delays stand in {@code docs/benchmarks.md}.
 */
@NullMarked
package org.scalpel.testbed;

import org.jspecify.annotations.NullMarked;
