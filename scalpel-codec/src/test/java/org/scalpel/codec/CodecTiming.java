package org.scalpel.codec;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;

/** Prints what a picture costs; a program, not a test: its numbers need a quiet machine. */
final class CodecTiming {
  private CodecTiming() {}

  public static void main(String[] arguments) {
    System.out.println("| picture | step | median ms | p95 ms | bytes |");
    System.out.println("|---|---|---|---|---|");
    for (int side : new int[] {224, 640}) {
      Image image =
          ImageCodec.resize(Pictures.noise(side / 8, side / 8, 1), Fit.stretch(side, side));
      byte[] jpeg = ImageCodec.encodeJpeg(image, 0.9);
      byte[] png = ImageCodec.encodePng(image);
      row(side, "encode JPEG 0.9", jpeg.length, () -> ImageCodec.encodeJpeg(image, 0.9));
      row(side, "decode JPEG", jpeg.length, () -> ImageCodec.decode(jpeg));
      row(side, "encode PNG", png.length, () -> ImageCodec.encodePng(image));
      row(side, "decode PNG", png.length, () -> ImageCodec.decode(png));
      row(
          side,
          "resize to 224",
          3 * 224 * 224,
          () -> ImageCodec.resize(image, Fit.centerCrop(256, 224, 224)));
    }
  }

  private static void row(int side, String step, int bytes, Supplier<?> work) {
    double[] times = new double[200];
    for (int i = -100; i < times.length; i++) {
      long start = System.nanoTime();
      Object result = work.get();
      Objects.requireNonNull(result);
      if (i >= 0) {
        times[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    Arrays.sort(times);
    System.out.printf(
        "| %d² | %s | %.2f | %.2f | %d |%n",
        side, step, times[times.length / 2], times[times.length * 95 / 100], bytes);
  }
}
