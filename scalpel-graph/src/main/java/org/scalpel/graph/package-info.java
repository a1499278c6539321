/**
 * What a model is and how to cut it: ONNX files, layers, tensors, kernels, cut vertices, blocks,
 * segments.
 *
 * <p>It runs nothing and knows no cost: which tensors a runtime keeps and what shapes they have
 * come in as plain values ({@link org.scalpel.graph.KernelGraph#of}, {@link
 * org.scalpel.graph.TensorFact}); where a kernel should run is a planner's business. It never loads
 * weights: they stay in the mapped file or beside it.
 *
 * <p>Read first {@link org.scalpel.graph.OnnxModel} (a checked file), then {@link
 * org.scalpel.graph.LayerGraph} (its nodes without constants), {@link
 * org.scalpel.graph.KernelGraph} (the units that are placed), {@link org.scalpel.graph.Structure}
 * (their shape) and {@link org.scalpel.graph.Splitter} (models of segments).
 */
@NullMarked
package org.scalpel.graph;

import org.jspecify.annotations.NullMarked;
