/**
 * The planner: a {@link org.scalpel.plan.Problem} in, a {@link org.scalpel.plan.Plan} out.
 *
 * <p>Pure functions from costs to decisions. It knows no ONNX, no sockets and no files: text is
 * turned into records by {@link org.scalpel.plan.ProblemJson}, and whoever calls decides where the
 * text comes from. Read {@link org.scalpel.plan.Problem} and {@link org.scalpel.plan.Planner}
 * first, then {@link org.scalpel.plan.Cost}, which defines what a plan costs.
 *
 * <p>Times are milliseconds in public records and nanoseconds ({@code long}) inside solvers.
 */
@NullMarked
package org.scalpel.plan;

import org.jspecify.annotations.NullMarked;
