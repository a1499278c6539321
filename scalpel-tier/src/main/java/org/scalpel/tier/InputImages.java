package org.scalpel.tier;

import io.grpc.Status;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.scalpel.codec.CodecException;
import org.scalpel.codec.Image;
import org.scalpel.codec.ImageCodec;
import org.scalpel.cost.Pictures;
import org.scalpel.cost.Profile.CodecTime;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/** Model inputs that travel as picture files: uint8 tensors {@code [1, height, width, 3]}, RGB. */
final class InputImages {
  static final List<String> ENCODINGS = List.of("jpeg", "png", CodecTime.FILE);

  private static final double JPEG_QUALITY = 0.9;

  private InputImages() {}

  static boolean isImage(String codec) {
    return ENCODINGS.contains(codec.toLowerCase(Locale.ROOT));
  }

  /** Whether we make such files; the others come with the request. */
  static boolean canEncode(String codec) {
    return isImage(codec) && !codec.equalsIgnoreCase(CodecTime.FILE);
  }

  /** How pictures of other sizes are brought to the inputs of a model that declares it. */
  static Map<String, Preprocessing.Fit> fits(OnnxModel model) {
    Map<String, Preprocessing.Fit> fits = new LinkedHashMap<>();
    for (OnnxModel.Value input : model.inputs()) {
      Preprocessing.fit(model, input.name()).ifPresent(fit -> fits.put(input.name(), fit));
    }
    return fits;
  }

  /** Whether a tensor of this fact can travel as an image. */
  static boolean fits(TensorFact fact) {
    return Preprocessing.takesPictures(fact) && fact.shape().get(0) == 1;
  }

  /**
   * Refuses encodings that we do not know and inputs that are no image, before anything is read.
   */
  static void check(String name, String encoding, TensorFact expected) {
    if (!isImage(encoding)) {
      throw Refusal.of(
          Status.Code.UNIMPLEMENTED,
          "input '"
              + name
              + "' is encoded as '"
              + encoding
              + "'; expected one of "
              + Encodings.NAMES);
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

  /**
   * The tensor inside an image file that a peer sent; a picture of another size is brought to the
   * expected one where the model declares how.
   */
  static TensorData decode(String name, Carried.Encoded sent, Optional<Preprocessing.Fit> fit) {
    check(name, sent.encoding(), sent.fact());
    byte[] bytes = new byte[sent.file().remaining()];
    sent.file().duplicate().get(bytes);
    try {
      long height = sent.fact().shape().get(1);
      long width = sent.fact().shape().get(2);
      if (fit.isEmpty()) {
        return Pictures.tensor(ImageCodec.decode(bytes, width, height));
      }
      Image image = ImageCodec.decode(bytes);
      return Pictures.tensor(
          Pictures.fitted(
              image, fit.get(), side(width, image.width()), side(height, image.height())));
    } catch (CodecException e) {
      throw Refusal.invalid("input '" + name + "': " + e.getMessage());
    }
  }

  private static int side(long expected, int found) {
    return expected < 0 ? found : (int) expected;
  }

  /** The file for a tensor, in direct memory. */
  static ByteBuffer encode(String encoding, TensorData tensor) {
    Image image = Pictures.of(tensor);
    byte[] file =
        encoding.equalsIgnoreCase("jpeg")
            ? ImageCodec.encodeJpeg(image, JPEG_QUALITY)
            : ImageCodec.encodePng(image);
    return ByteBuffer.allocateDirect(file.length).put(file).flip();
  }
}
