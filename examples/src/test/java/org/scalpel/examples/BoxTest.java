package org.scalpel.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.scalpel.codec.Image;

class BoxTest {
  @Test
  void overlapIsTheCommonPartOfBoth() {
    Box box = new Box(0, 0, 10, 10);

    assertThat(box.overlap(box)).isEqualTo(1);
    assertThat(box.overlap(box.moved(5, 0))).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(box.overlap(box.moved(10, 0))).isZero();
    assertThat(box.overlap(box.moved(20, 20))).isZero();
  }

  @Test
  void ofRepeatedDetectionsTheSurestStays() {
    Detection sure = new Detection(new Box(0, 0, 10, 10), 0.9, "car");
    Detection again = new Detection(new Box(1, 0, 11, 10), 0.8, "car");
    Detection other = new Detection(new Box(20, 0, 30, 10), 0.5, "car");

    assertThat(Detection.withoutRepeats(List.of(other, again, sure), 0.45))
        .containsExactly(sure, other);
  }

  @Test
  void aBoxFindsItsWayBackOutOfTheLetterbox() {
    Letterbox fitted = new Letterbox(768, 432, 416);
    double scale = 416 / 768.0;

    Box back = fitted.back(new Box(0, 0, 416, 432 * scale));

    assertThat(back.right()).isCloseTo(768, within(1e-9));
    assertThat(back.bottom()).isCloseTo(432, within(1e-9));
    assertThat(fitted.back(new Box(-5, 0, 10, 416)).left()).isZero();
    assertThat(fitted.back(new Box(-5, 0, 10, 416)).bottom()).isEqualTo(432);
  }

  @Test
  void theLetterboxIsGreyWhereThePictureEnds() {
    Image white = new Image(4, 2, filled(4 * 2 * 3, (byte) 255));

    Image square = new Letterbox(4, 2, 4).square(white);

    assertThat(square.at(3, 1, 0)).isEqualTo(255);
    assertThat(square.at(0, 2, 0)).isEqualTo(114);
    assertThat(square.at(3, 3, 2)).isEqualTo(114);
  }

  private static byte[] filled(int size, byte value) {
    byte[] all = new byte[size];
    java.util.Arrays.fill(all, value);
    return all;
  }
}
