package org.scalpel.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ResizerTest {

  @Test
  void sameSizeIsTheSamePicture() {
    Image noise = Pictures.noise(31, 17, 1);
    assertThat(ImageCodec.resize(noise, Fit.stretch(31, 17)).rgb()).isEqualTo(noise.rgb());
  }

  @Test
  void shrinkingAveragesInsteadOfSkipping() {
    Image chequers = new Image(64, 64, new byte[3 * 64 * 64]);
    for (int i = 0; i < 64 * 64; i++) {
      if ((i % 64 + i / 64) % 2 == 0) {
        for (int c = 0; c < 3; c++) {
          chequers.rgb()[3 * i + c] = -1;
        }
      }
    }
    Image small = ImageCodec.resize(chequers, Fit.stretch(8, 8));
    assertThat(small.at(4, 4, 0)).isBetween(126, 129);
    assertThat(small.at(0, 0, 2)).isBetween(120, 135);
  }

  @Test
  void growingInterpolatesBetweenPixelCentres() {
    Image two = new Image(2, 1, new byte[] {0, 0, 0, 100, 100, 100});
    Image four = ImageCodec.resize(two, Fit.stretch(4, 1));
    assertThat(four.rgb()).containsExactly(0, 0, 0, 25, 25, 25, 75, 75, 75, 100, 100, 100);
  }

  @Test
  void aPlainColourStaysPlainAtAnyScale() {
    byte[] rgb = new byte[3 * 50 * 20];
    java.util.Arrays.fill(rgb, (byte) 201);
    Image plain = new Image(50, 20, rgb);
    for (int side = 1; side < 120; side += 7) {
      assertThat(ImageCodec.resize(plain, Fit.stretch(side, 120 - side)).rgb())
          .containsOnly((byte) 201);
    }
  }

  @Test
  void centreCropEqualsCuttingTheWholeScaledPicture() {
    Image noise = Pictures.noise(90, 60, 2);
    Image whole = ImageCodec.resize(noise, Fit.stretch(48, 32));
    Image cropped = ImageCodec.resize(noise, Fit.centerCrop(32, 24, 20));
    for (int y = 0; y < 20; y++) {
      for (int x = 0; x < 24; x++) {
        assertThat(cropped.at(x, y, 1)).isEqualTo(whole.at(x + 12, y + 6, 1));
      }
    }
  }

  @Test
  void letterboxKeepsTheShapeAndFillsTheRest() {
    Image wide = Pictures.gradient(100, 50);
    Image boxed = ImageCodec.resize(wide, Fit.letterbox(40, 40, 114));
    assertThat(boxed.at(20, 0, 0)).isEqualTo(114);
    assertThat(boxed.at(20, 9, 0)).isEqualTo(114);
    assertThat(boxed.at(20, 10, 2)).isEqualTo(128);
    assertThat(boxed.at(20, 29, 2)).isEqualTo(128);
    assertThat(boxed.at(20, 30, 0)).isEqualTo(114);
    Image tall = ImageCodec.resize(Pictures.gradient(50, 100), Fit.letterbox(40, 40, 0));
    assertThat(tall.at(9, 20, 2)).isZero();
    assertThat(tall.at(10, 20, 2)).isEqualTo(128);
  }

  @Test
  void aOnePixelPictureFillsAnySize() {
    Image dot = new Image(1, 1, new byte[] {1, 2, 3});
    assertThat(ImageCodec.resize(dot, Fit.centerCrop(9, 9, 9)).at(8, 8, 2)).isEqualTo(3);
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> Fit.stretch(0, 4)).isInstanceOf(CodecException.class);
    assertThatThrownBy(() -> Fit.centerCrop(10, 11, 4)).isInstanceOf(CodecException.class);
    assertThatThrownBy(() -> Fit.letterbox(4, 4, 256)).isInstanceOf(CodecException.class);
    assertThatThrownBy(() -> new Image(2, 2, new byte[5]))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("needs 12 bytes");
    Image image = Pictures.gradient(2, 2);
    assertThatThrownBy(() -> ImageCodec.resize(image, Fit.stretch(30_000, 30_000)))
        .isInstanceOf(CodecException.class);
  }
}
