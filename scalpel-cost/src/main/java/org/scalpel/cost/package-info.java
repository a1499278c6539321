/**
 * What a kernel costs where and what a link costs now.
 *
 * <p>{@link org.scalpel.cost.Profiler} measures a machine with one model and leaves a {@link
 * org.scalpel.cost.Profile}; {@link org.scalpel.cost.Network} describes the links; {@link
 * org.scalpel.cost.ProblemBuilder} turns model, profiles and network into the numbers on which the
 * planner works. {@link org.scalpel.cost.SegmentTimes} predicts one segment, {@link
 * org.scalpel.cost.PredictionError} says how well. Nothing here decides where a kernel runs.
 */
@NullMarked
package org.scalpel.cost;

import org.jspecify.annotations.NullMarked;
