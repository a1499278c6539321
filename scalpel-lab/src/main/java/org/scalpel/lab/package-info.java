/**
 * The experiments: each answers one question by measuring, and writes a table, charts and its
 * findings into one folder.
 *
 * <p>What it is: {@code lab list} and {@code lab run NAME}; what every figure in the documentation
 * was measured with. What it is not: a benchmark of single methods (those stand beside their code)
 * or a test (nothing here passes or fails). It may use every module; no module uses it, and a tier
 * does not carry it.
 *
 * <p>Read {@link org.scalpel.lab.Experiment} first, then {@link org.scalpel.lab.LinksExperiment},
 * the simplest one. {@code docs/lab.md} says what each measures and how to run it.
 */
@NullMarked
package org.scalpel.lab;

import org.jspecify.annotations.NullMarked;
