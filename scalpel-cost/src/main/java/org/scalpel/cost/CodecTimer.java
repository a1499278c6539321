package org.scalpel.cost;

import java.util.ArrayList;
import java.util.List;
import org.scalpel.codec.ImageCodec;
import org.scalpel.cost.Profile.CodecTime;
import org.scalpel.cost.ProfileOptions.PictureInput;

/** Times the codecs in which inputs may travel. */
final class CodecTimer {
  private static final int WARM_UP = 10;
  private static final int RUNS = 30;
  private static final double MS_PER_NS = 1e-6;

  private CodecTimer() {}

  static List<CodecTime> measure(List<PictureInput> pictures) {
    return pictures.stream().map(CodecTimer::jpeg).toList();
  }

  private static CodecTime jpeg(PictureInput input) {
    byte[] encoded = ImageCodec.encodeJpeg(input.picture(), input.quality());
    Stat encode =
        input.alreadyEncoded()
            ? new Stat(0, 0, 1)
            : time(() -> ImageCodec.encodeJpeg(input.picture(), input.quality()));
    Stat decode = time(() -> ImageCodec.decode(encoded));
    return new CodecTime(input.tensor(), "jpeg", encoded.length, encode, decode);
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
