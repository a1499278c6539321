/**
 * Keeps the plan right while requests flow; programs come in by {@link
 * org.scalpel.live.ScalpelClient}. {@link org.scalpel.live.LiveClient} sends every request over the
 * partitions of the plan in their shares, watches links and machines, changes the plan between two
 * requests, and finishes on what is left when a tier is lost.
 *
 * <pre>
 *   request → LiveClient → Route (whose turn) → PlanExecutor (scalpel-tier) → answer
 *                                                   │ spans, heartbeats
 *   Adaptation ◀─ Situation ◀─ ComputeFactors, LinkState ◀┘
 *       └─ Replanner (problem now, plan now) → WarmPlans (ready on all tiers) → Route
 * </pre>
 *
 * <p>It decides with the planner's answers only and runs nothing itself.
 */
@NullMarked
package org.scalpel.live;

import org.jspecify.annotations.NullMarked;
