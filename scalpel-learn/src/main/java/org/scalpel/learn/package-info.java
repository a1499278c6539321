/**
 * What a kernel will cost on a machine that never ran it: micro-benchmarks, data sets, learned
 * predictors.
 *
 * <p>{@link org.scalpel.learn.KernelFeatures} says in numbers what a kernel is; {@link
 * org.scalpel.learn.Dataset} holds kernels and models with the times that a platform took for them,
 * {@link org.scalpel.learn.Collector} measures them. Nothing here decides where a kernel runs, and
 * no library for training is needed to predict.
 */
@NullMarked
package org.scalpel.learn;

import org.jspecify.annotations.NullMarked;
