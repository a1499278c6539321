package org.scalpel.codec;

import java.awt.Point;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Picture files, through {@code javax.imageio}. Its readers and writers hold native memory, are
 * slow to make and not thread-safe, so that each thread keeps one of each kind.
 */
final class ImageFiles {
  private static final ThreadLocal<Map<PictureFormat, ImageReader>> READERS =
      ThreadLocal.withInitial(() -> new EnumMap<>(PictureFormat.class));
  private static final ThreadLocal<Map<PictureFormat, ImageWriter>> WRITERS =
      ThreadLocal.withInitial(() -> new EnumMap<>(PictureFormat.class));

  private ImageFiles() {}

  static Image decode(byte[] file, long width, long height) {
    Bounds.checkFile(file);
    PictureFormat format = PictureFormat.of(file);
    ImageReader reader =
        READERS
            .get()
            .computeIfAbsent(
                format, f -> first(ImageIO.getImageReadersByFormatName(f.imageIoName()), f));
    List<String> warnings = new ArrayList<>();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(in, true, true);
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      Bounds.checkSize(reader.getWidth(0), reader.getHeight(0));
      Bounds.checkExpected(reader, width, height);
      BufferedImage decoded = reader.read(0);
      if (!warnings.isEmpty()) {
        throw new CodecException(damaged(format, warnings.get(0)));
      }
      reader.reset();
      return Pixels.of(decoded);
    } catch (IOException | RuntimeException e) {
      // The readers answer damaged files with any kind of runtime exception.
      READERS.get().remove(format);
      reader.dispose();
      throw e instanceof CodecException known
          ? known
          : new CodecException(damaged(format, String.valueOf(e.getMessage())), e);
    }
  }

  static byte[] encodeJpeg(Image image, double quality) {
    if (!(quality >= 0 && quality <= 1)) {
      throw new CodecException("JPEG quality " + quality + ": expected 0…1");
    }
    ImageWriter writer = writer(PictureFormat.JPEG);
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality((float) quality);
    return write(writer, image, parameters);
  }

  static byte[] encodePng(Image image) {
    ImageWriter writer = writer(PictureFormat.PNG);
    return write(writer, image, writer.getDefaultWriteParam());
  }

  private static byte[] write(ImageWriter writer, Image image, ImageWriteParam parameters) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(image.rgb().length / 4 + 1024);
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(wrap(image), null, null), parameters);
    } catch (IOException e) {
      throw new CodecException("cannot encode a picture: " + e.getMessage(), e);
    } finally {
      writer.reset();
    }
    return bytes.toByteArray();
  }

  /** A view of the pixels, not a copy. */
  private static BufferedImage wrap(Image image) {
    DataBuffer store = new DataBufferByte(image.rgb(), image.rgb().length);
    WritableRaster raster =
        Raster.createInterleavedRaster(
            store,
            image.width(),
            image.height(),
            3 * image.width(),
            3,
            new int[] {0, 1, 2},
            new Point(0, 0));
    ComponentColorModel colors =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            ComponentColorModel.OPAQUE,
            DataBuffer.TYPE_BYTE);
    return new BufferedImage(colors, raster, false, null);
  }

  private static ImageWriter writer(PictureFormat format) {
    return WRITERS
        .get()
        .computeIfAbsent(
            format, f -> first(ImageIO.getImageWritersByFormatName(f.imageIoName()), f));
  }

  private static <T> T first(Iterator<T> found, PictureFormat format) {
    if (!found.hasNext()) {
      throw new CodecException(
          "this Java runtime has no "
              + format
              + " support. Maybe it lacks the module java.desktop.");
    }
    return found.next();
  }

  private static String damaged(PictureFormat format, String reason) {
    String line = reason.lines().findFirst().orElse("no reason given");
    String advice =
        line.contains("Unsupported Image Type")
            ? ". Maybe it is a CMYK picture: convert it to RGB."
            : "";
    return "cannot decode this " + format + " file: " + line + advice;
  }
}
