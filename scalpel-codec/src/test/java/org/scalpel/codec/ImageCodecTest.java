package org.scalpel.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageCodecTest {

  @Test
  void pngGivesTheSamePixelsBack() {
    Image noise = Pictures.noise(37, 23, 1);
    Image back = ImageCodec.decode(ImageCodec.encodePng(noise));
    assertThat(back.width()).isEqualTo(37);
    assertThat(back.height()).isEqualTo(23);
    assertThat(back.rgb()).isEqualTo(noise.rgb());
  }

  @Test
  void jpegGivesNearlyTheSamePixelsBackWithChannelsInOrder() {
    Image smooth = Pictures.gradient(64, 48);
    Image back = ImageCodec.decode(ImageCodec.encodeJpeg(smooth, 0.95));
    assertThat(worstDifference(smooth, back)).isLessThan(24);
  }

  @Test
  void lowerQualityIsSmaller() {
    Image noise = Pictures.noise(128, 128, 2);
    assertThat(ImageCodec.encodeJpeg(noise, 0.3))
        .hasSizeLessThan(ImageCodec.encodeJpeg(noise, 0.9).length);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void refusesAQualityOutOfRange(double quality) {
    Image image = Pictures.gradient(8, 8);
    assertThatThrownBy(() -> ImageCodec.encodeJpeg(image, quality))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("expected 0…1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "gif"})
  void readsEveryLosslessFormat(String format) {
    int type = format.equals("gif") ? BufferedImage.TYPE_BYTE_INDEXED : BufferedImage.TYPE_INT_RGB;
    // Six rows: the JDK mixes up the rows of interlaced GIF pictures of fewer than five.
    BufferedImage picture = new BufferedImage(3, 6, type);
    picture.setRGB(0, 0, 0xFF0000);
    picture.setRGB(1, 0, 0x00FF00);
    picture.setRGB(2, 0, 0x0000FF);
    picture.setRGB(0, 1, 0xFFFFFF);
    Image image = ImageCodec.decode(Pictures.file(picture, format));
    assertThat(image.rgb()).startsWith(-1, 0, 0, 0, -1, 0, 0, 0, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY})
  void greyValuesAreTakenAsStored(int type) {
    BufferedImage picture = new BufferedImage(2, 1, type);
    int unit = type == BufferedImage.TYPE_BYTE_GRAY ? 1 : 256;
    picture.getRaster().setSample(0, 0, 0, 100 * unit);
    picture.getRaster().setSample(1, 0, 0, 200 * unit);
    Image image = ImageCodec.decode(Pictures.file(picture, "png"));
    assertThat(image.rgb()).containsExactly(100, 100, 100, 200, 200, 200);
  }

  @Test
  void greyJpegBecomesGreyRgb() {
    BufferedImage picture = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 256; i++) {
      picture.getRaster().setSample(i % 16, i / 16, 0, 77);
    }
    Image image = ImageCodec.decode(Pictures.file(picture, "jpg"));
    assertThat(image.at(3, 3, 0)).isBetween(76, 78);
    assertThat(image.at(3, 3, 2)).isEqualTo(image.at(3, 3, 0));
  }

  @Test
  void transparencyIsLaidOnWhite() {
    BufferedImage picture = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    picture.setRGB(0, 0, new Color(255, 0, 0, 0).getRGB());
    picture.setRGB(1, 0, new Color(255, 0, 0, 255).getRGB());
    Image image = ImageCodec.decode(Pictures.file(picture, "png"));
    assertThat(image.rgb()).containsExactly(-1, -1, -1, -1, 0, 0);
  }

  @Test
  void manyThreadsDecodeAndEncodeAtOnce() {
    byte[] file = ImageCodec.encodeJpeg(Pictures.noise(64, 64, 3), 0.8);
    byte[] expected = ImageCodec.decode(file).rgb();
    List<byte[]> decoded =
        IntStream.range(0, 64).parallel().mapToObj(i -> ImageCodec.decode(file).rgb()).toList();
    assertThat(decoded).allSatisfy(rgb -> assertThat(rgb).isEqualTo(expected));
  }

  private static int worstDifference(Image a, Image b) {
    int worst = 0;
    for (int i = 0; i < a.rgb().length; i++) {
      worst = Math.max(worst, Math.abs((a.rgb()[i] & 0xFF) - (b.rgb()[i] & 0xFF)));
    }
    return worst;
  }
}
