/**
 * Runs a model or a part of it; the only module that knows ONNX Runtime.
 *
 * <p>It opens sessions over direct buffers, learns from the runtime which nodes it fuses, finds the
 * real shape of every tensor and times every kernel inside a whole session. It decides nothing:
 * what a kernel costs where is {@code org.scalpel.cost}'s question.
 *
 * <p>Read {@link org.scalpel.engine.Engine} first, then {@link org.scalpel.engine.Session}.
 */
@NullMarked
package org.scalpel.engine;

import org.jspecify.annotations.NullMarked;
