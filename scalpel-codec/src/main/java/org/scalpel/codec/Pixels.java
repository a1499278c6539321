package org.scalpel.codec;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;

/**
 * The samples of a decoded picture as RGB bytes. Samples are taken as stored, without colour
 * management: this is what models were trained on, and Java's own conversion of grey would change
 * the values. 16-bit samples lose their low byte; transparency is laid on white.
 */
final class Pixels {
  private Pixels() {}

  static Image of(BufferedImage picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    ColorModel colors = picture.getColorModel();
    Raster raster = picture.getRaster();
    if (isPlainBytes(colors, raster)) {
      copyBytes(raster, rgb);
    } else if (colors instanceof ComponentColorModel) {
      copySamples(colors, raster, rgb);
    } else {
      copyColors(picture, rgb);
    }
    return new Image(width, height, rgb);
  }

  private static boolean isPlainBytes(ColorModel colors, Raster raster) {
    return colors instanceof ComponentColorModel
        && raster.getDataBuffer() instanceof DataBufferByte
        && raster.getSampleModel() instanceof PixelInterleavedSampleModel
        && raster.getNumBands() == 3
        && raster.getParent() == null;
  }

  /** The usual case, a JPEG: three interleaved bytes in some order. */
  private static void copyBytes(Raster raster, byte[] rgb) {
    PixelInterleavedSampleModel model = (PixelInterleavedSampleModel) raster.getSampleModel();
    DataBufferByte buffer = (DataBufferByte) raster.getDataBuffer();
    byte[] source = buffer.getData();
    int[] offsets = model.getBandOffsets();
    int target = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      int at = buffer.getOffset() + y * model.getScanlineStride();
      for (int x = 0; x < raster.getWidth(); x++) {
        rgb[target] = source[at + offsets[0]];
        rgb[target + 1] = source[at + offsets[1]];
        rgb[target + 2] = source[at + offsets[2]];
        target += 3;
        at += model.getPixelStride();
      }
    }
  }

  /** Grey, grey with alpha, RGB with alpha, 16 bits. */
  private static void copySamples(ColorModel colors, Raster raster, byte[] rgb) {
    int bands = raster.getNumBands();
    if (bands > 4 || raster.getSampleModel().getDataType() > DataBuffer.TYPE_USHORT) {
      throw new CodecException(
          "picture of %d channels: expected 1…4 of at most 16 bits".formatted(bands));
    }
    boolean alpha = colors.hasAlpha();
    int colorBands = alpha ? bands - 1 : bands;
    if (colorBands != 1 && colorBands != 3) {
      throw new CodecException(
          "picture of %d colour channels: expected 1 (grey) or 3 (RGB). Maybe it is CMYK: convert it."
              .formatted(colorBands));
    }
    int[] row = new int[raster.getWidth() * bands];
    int target = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, row);
      for (int at = 0; at < row.length; at += bands) {
        int opaque = alpha ? eightBits(colors, bands - 1, row[at + bands - 1]) : 255;
        for (int c = 0; c < 3; c++) {
          int band = colorBands == 1 ? 0 : c;
          rgb[target++] = onWhite(eightBits(colors, band, row[at + band]), opaque);
        }
      }
    }
  }

  /** Palettes and packed pixels. */
  private static void copyColors(BufferedImage picture, byte[] rgb) {
    int width = picture.getWidth();
    int[] row = new int[width];
    int target = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      picture.getRGB(0, y, width, 1, row, 0, width);
      for (int argb : row) {
        int opaque = argb >>> 24;
        rgb[target++] = onWhite(argb >> 16 & 0xFF, opaque);
        rgb[target++] = onWhite(argb >> 8 & 0xFF, opaque);
        rgb[target++] = onWhite(argb & 0xFF, opaque);
      }
    }
  }

  private static int eightBits(ColorModel colors, int band, int sample) {
    int bits = colors.getComponentSize(band);
    return bits > 8 ? sample >> (bits - 8) : sample * 255 / ((1 << bits) - 1);
  }

  private static byte onWhite(int sample, int opaque) {
    return (byte) ((sample * opaque + 255 * (255 - opaque) + 127) / 255);
  }
}
