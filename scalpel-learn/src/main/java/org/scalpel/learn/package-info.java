/**
 * What is learned. First: what a kernel will cost on a machine that never ran it, by
 * micro-benchmarks, data sets, predictors. Second: heads of early exits on a pretrained classifier,
 * with their thresholds.
 *
 * <p>{@link org.scalpel.learn.KernelFeatures} says in numbers what a kernel is; {@link
 * org.scalpel.learn.Dataset} holds kernels and models with the times that a platform took for them,
 * {@link org.scalpel.learn.Collector} measures them. Nothing here decides where a kernel runs, and
 * no library for training is needed to predict.
 *
 * <p>{@link org.scalpel.learn.ExitAttachment} adds exits to a model, {@link
 * org.scalpel.learn.ExitSamples} holds what they say of samples, {@link
 * org.scalpel.learn.ThresholdSearch} finds thresholds.
 */
@NullMarked
package org.scalpel.learn;

import org.jspecify.annotations.NullMarked;
