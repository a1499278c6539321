package org.scalpel.cost;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.scalpel.codec.Image;
import org.scalpel.codec.ImageCodec;
import org.scalpel.cost.Profile.CodecTime;
import org.scalpel.cost.ProfileOptions.PictureInput;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorData;

/**
 * Times the codecs in which a picture input may travel instead of its pixels: {@code png}, {@code
 * jpeg}, and {@code file}, the file that the picture came as, which costs nothing to encode and is
 * decoded and brought to size where it is read.
 */
final class CodecTimer {
  private static final int WARM_UP = 10;
  private static final int RUNS = 30;
  private static final double MS_PER_NS = 1e-6;

  private final OnnxModel model;
  private final ToDoubleFunction<PictureInput> jpegLoss;

  /**
   * @param jpegLoss what a JPEG of the picture changes in the model's outputs
   */
  CodecTimer(OnnxModel model, ToDoubleFunction<PictureInput> jpegLoss) {
    this.model = model;
    this.jpegLoss = jpegLoss;
  }

  List<CodecTime> measure(List<PictureInput> pictures) {
    List<CodecTime> times = new ArrayList<>();
    for (PictureInput input : pictures) {
      times.add(png(input));
      times.add(jpeg(input));
      input.file().ifPresent(file -> times.add(file(input, file)));
    }
    return times;
  }

  private static CodecTime png(PictureInput input) {
    byte[] encoded = ImageCodec.encodePng(input.picture());
    Stat encode = time(() -> ImageCodec.encodePng(input.picture()));
    Stat decode = time(() -> ImageCodec.decode(encoded));
    return new CodecTime(input.tensor(), CodecTime.PNG, encoded.length, encode, decode, 0);
  }

  private CodecTime jpeg(PictureInput input) {
    byte[] encoded = ImageCodec.encodeJpeg(input.picture(), input.quality());
    Stat encode = time(() -> ImageCodec.encodeJpeg(input.picture(), input.quality()));
    Stat decode = time(() -> ImageCodec.decode(encoded));
    double loss = jpegLoss.applyAsDouble(input);
    return new CodecTime(input.tensor(), CodecTime.JPEG, encoded.length, encode, decode, loss);
  }

  private CodecTime file(PictureInput input, ByteBuffer file) {
    byte[] bytes = new byte[file.remaining()];
    file.duplicate().get(bytes);
    Image target = input.picture();
    Preprocessing.Fit fit =
        Preprocessing.fit(model, input.tensor()).orElse(Preprocessing.Fit.STRETCH);
    Stat decode =
        time(() -> Pictures.fitted(ImageCodec.decode(bytes), fit, target.width(), target.height()));
    return new CodecTime(
        input.tensor(), CodecTime.FILE, bytes.length, new Stat(0, 0, RUNS), decode, 0);
  }

  /**
   * The change between an output of two runs: of numbers relative to the largest of them, of places
   * and classes 0 for the same and 1 for others.
   */
  static double change(TensorData before, TensorData after) {
    return switch (before.fact().type()) {
      case FLOAT32 -> relative(before.floats(), after.floats());
      default -> before.data().equals(after.data()) ? 0 : 1;
    };
  }

  private static double relative(float[] before, float[] after) {
    double scale = 0;
    double worst = 0;
    for (int i = 0; i < before.length; i++) {
      scale = Math.max(scale, Math.abs(before[i]));
      double change = Math.abs((double) before[i] - after[i]);
      // Equal infinities, and a NaN on both sides, differ by no number.
      worst = Math.max(worst, Float.compare(before[i], after[i]) == 0 ? 0 : change);
    }
    return scale == 0 ? worst : worst / scale;
  }

  private static Stat time(Runnable action) {
    List<Double> runs = new ArrayList<>();
    for (int i = 0; i < WARM_UP + RUNS; i++) {
      long start = System.nanoTime();
      action.run();
      if (i >= WARM_UP) {
        runs.add((System.nanoTime() - start) * MS_PER_NS);
      }
    }
    return Stat.of(runs);
  }
}
