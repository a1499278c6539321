package org.scalpel.plan;

import java.util.Optional;

/**
 * What one algorithm says about a problem.
 *
 * @param algorithm its name
 * @param plan its plan, if it has one
 * @param reason why it has none; empty otherwise
 */
public record Compared(String algorithm, Optional<Plan> plan, String reason) {}
