/**
 * Pictures as bytes: decode, scale, encode.
 *
 * <p>What it is: the JPEG/PNG/BMP/GIF files that users and cameras hand in, the exact scaling that
 * a model's preprocessing declares, and the JPEG that travels to a tier that accepts it. What it is
 * not: it knows no model, no tensor layout and no network; mean, scale and channel order are nodes
 * in the model's graph. It uses nothing of this project.
 *
 * <p>Read {@link org.scalpel.codec.ImageCodec} first, and {@link org.scalpel.codec.TensorCodec} for
 * what crosses a link inside a model. Codecs for tensors (half precision, int8, lossless) are a
 * family of their own beside it: they share {@link org.scalpel.codec.CodecException} and no code.
 */
@NullMarked
package org.scalpel.codec;

import org.jspecify.annotations.NullMarked;
