/**
 * Small neural networks for regression and classification, and boosted trees for regression,
 * trained in plain Java: fully connected layers, several outputs of which any may be unknown in an
 * example, Adam, early stopping; trees on histograms.
 *
 * <p>What it is: enough for tables of some thousand rows, without the hundreds of megabytes of
 * native code that a library for deep learning brings. What it is not: such a library; there are no
 * convolutions and no devices. It knows nothing of models, kernels or machines.
 *
 * <p>Read {@link org.scalpel.nn.Mlp} first, then {@link org.scalpel.nn.Training} and {@link
 * org.scalpel.nn.Boosting}.
 */
@NullMarked
package org.scalpel.nn;

import org.jspecify.annotations.NullMarked;
