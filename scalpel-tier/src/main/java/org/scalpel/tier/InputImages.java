package org.scalpel.tier;

import io.grpc.Status;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import org.scalpel.codec.CodecException;
import org.scalpel.codec.Image;
import org.scalpel.codec.ImageCodec;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/**
 * Model inputs that travel as compressed images: uint8 tensors {@code [1, height, width, 3]}, RGB.
 */
final class InputImages {
  static final List<String> ENCODINGS = List.of("jpeg", "png");

  private static final double JPEG_QUALITY = 0.9;

  private InputImages() {}

  static boolean isImage(String codec) {
    return ENCODINGS.contains(codec.toLowerCase(Locale.ROOT));
  }

  /** Whether a tensor of this fact can travel as an image. */
  static boolean fits(TensorFact fact) {
    List<Long> shape = fact.shape();
    return fact.type() == ElementType.UINT8
        && shape.size() == 4
        && shape.get(0) == 1
        && shape.get(3) == 3;
  }

  /**
   * Refuses encodings that we do not know and inputs that are no image, before anything is read.
   */
  static void check(String name, String encoding, TensorFact expected) {
    if (!isImage(encoding)) {
      throw Refusal.of(
          Status.Code.UNIMPLEMENTED,
          "input '" + name + "' is encoded as '" + encoding + "'; expected one of " + ENCODINGS);
    }
    if (!fits(expected)) {
      throw Refusal.invalid(
          "input '"
              + name
              + "' is "
              + expected
              + " and no image; expected uint8[1,height,width,3]");
    }
  }

  /** The tensor inside an image file that a peer sent; its size must be the expected one. */
  static TensorData decode(String name, String encoding, ByteBuffer file, TensorFact expected) {
    check(name, encoding, expected);
    byte[] bytes = new byte[file.remaining()];
    file.duplicate().get(bytes);
    try {
      Image image = ImageCodec.decode(bytes, expected.shape().get(2), expected.shape().get(1));
      TensorFact fact = TensorFact.of(ElementType.UINT8, 1, image.height(), image.width(), 3);
      return TensorData.ofBytes(fact, image.rgb());
    } catch (CodecException e) {
      throw Refusal.invalid("input '" + name + "': " + e.getMessage());
    }
  }

  /** The file for a tensor, in direct memory. */
  static ByteBuffer encode(String encoding, TensorData tensor) {
    List<Long> shape = tensor.fact().shape();
    Image image = new Image(shape.get(2).intValue(), shape.get(1).intValue(), tensor.bytes());
    byte[] file =
        encoding.equalsIgnoreCase("jpeg")
            ? ImageCodec.encodeJpeg(image, JPEG_QUALITY)
            : ImageCodec.encodePng(image);
    return ByteBuffer.allocateDirect(file.length).put(file).flip();
  }
}
