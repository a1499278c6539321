package org.scalpel.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostilePictureTest {

  @Test
  void refusesAnEmptyFile() {
    assertThatThrownBy(() -> ImageCodec.decode(new byte[0]))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("empty");
  }

  @Test
  void namesWhatItFoundWhereAPictureWasExpected() {
    assertThatThrownBy(() -> ImageCodec.decode("hello".getBytes(StandardCharsets.US_ASCII)))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("68656c6c")
        .hasMessageContaining("expected a JPEG, PNG, BMP or GIF");
  }

  @Test
  void refusesAFileThatIsTooLong() {
    assertThatThrownBy(() -> ImageCodec.decode(new byte[Bounds.MAX_FILE_BYTES + 1]))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("expected at most");
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 100, 600, 1500})
  void refusesATruncatedJpeg(int length) {
    byte[] whole = ImageCodec.encodeJpeg(Pictures.noise(64, 64, 4), 0.8);
    assertThatThrownBy(() -> ImageCodec.decode(Arrays.copyOf(whole, length)))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("cannot decode this JPEG file");
  }

  @Test
  void refusesATruncatedPng() {
    byte[] whole = ImageCodec.encodePng(Pictures.noise(64, 64, 5));
    assertThatThrownBy(() -> ImageCodec.decode(Arrays.copyOf(whole, whole.length / 2)))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("cannot decode this PNG file");
  }

  @Test
  void refusesAnAbsurdSizeFromTheHeaderAlone() {
    assertThatThrownBy(() -> ImageCodec.decode(pngHeader(30_000, 30_000)))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("30000x30000");
    assertThatThrownBy(() -> ImageCodec.decode(pngHeader(Integer.MAX_VALUE, 1)))
        .isInstanceOf(CodecException.class);
  }

  @Test
  void refusesACmykJpegWithAdvice() {
    byte[] jpeg = ImageCodec.encodeJpeg(Pictures.gradient(16, 16), 0.9);
    assertThatThrownBy(() -> ImageCodec.decode(asFourComponents(jpeg)))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("CMYK");
  }

  /**
   * Whatever a damaged file decodes to, it is a picture or a one-line refusal, never another error.
   */
  @ParameterizedTest
  @EnumSource(PictureFormat.class)
  void damagedBytesNeverEscapeAsAnotherError(PictureFormat format) {
    byte[] whole = whole(format);
    Random random = new Random(6);
    for (int round = 0; round < 400; round++) {
      byte[] damaged = whole.clone();
      for (int i = 0; i <= random.nextInt(4); i++) {
        damaged[random.nextInt(Math.min(damaged.length, 200))] = (byte) random.nextInt(256);
      }
      try {
        assertThat(ImageCodec.decode(damaged).rgb()).isNotEmpty();
      } catch (CodecException e) {
        assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1);
      }
    }
    assertThat(ImageCodec.decode(whole).width()).isEqualTo(40);
  }

  private static byte[] whole(PictureFormat format) {
    Image image = Pictures.gradient(40, 30);
    if (format == PictureFormat.JPEG) {
      return ImageCodec.encodeJpeg(image, 0.8);
    }
    java.awt.image.BufferedImage picture =
        new java.awt.image.BufferedImage(40, 30, java.awt.image.BufferedImage.TYPE_INT_RGB);
    return Pictures.file(picture, format.imageIoName());
  }

  private static byte[] pngHeader(int width, int height) {
    ByteBuffer chunk = ByteBuffer.allocate(17);
    chunk.put("IHDR".getBytes(StandardCharsets.US_ASCII)).putInt(width).putInt(height);
    chunk.put(new byte[] {8, 2, 0, 0, 0});
    CRC32 crc = new CRC32();
    crc.update(chunk.array());
    ByteBuffer file = ByteBuffer.allocate(8 + 4 + 17 + 4);
    file.put(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
    file.putInt(13).put(chunk.array()).putInt((int) crc.getValue());
    return file.array();
  }

  /** Rewrites the frame header so that it announces a fourth channel. */
  private static byte[] asFourComponents(byte[] jpeg) {
    for (int i = 0; i + 9 < jpeg.length; i++) {
      if ((jpeg[i] & 0xFF) == 0xFF && (jpeg[i + 1] & 0xFF) == 0xC0) {
        ByteBuffer file = ByteBuffer.allocate(jpeg.length + 3);
        file.put(jpeg, 0, i + 2).putShort((short) (8 + 3 * 4));
        file.put(jpeg, i + 4, 5).put((byte) 4).put(jpeg, i + 10, 9);
        file.put(new byte[] {4, 0x11, 1}).put(jpeg, i + 19, jpeg.length - i - 19);
        return file.array();
      }
    }
    throw new IllegalStateException("no frame header");
  }
}
