/**
 * Trains the project's own classifiers with early exits. A network is written down once, as steps
 * ({@link org.scalpel.train.Network}) that know both how to run under the training library and how
 * to be written as ONNX nodes. No other module uses this one: its library is large.
 */
@NullMarked
package org.scalpel.train;

import org.jspecify.annotations.NullMarked;
