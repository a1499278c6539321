package org.scalpel.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.scalpel.app.UserException;
import org.scalpel.codec.Image;

class PlaceTest {
  private static final Image PICTURE = new Image(200, 100, new byte[200 * 100 * 3]);

  @Test
  void twoPointsAreALineAndMoreAreAZone() {
    assertThat(Place.parse("--line", "0,0.5 1,0.5", true).watch(PICTURE))
        .isInstanceOf(Watch.Line.class);
    Watch watch = Place.parse("--zone", "0.5,0 1,0 1,1 0.5,1", false).watch(PICTURE);
    assertThat(((Watch.Zone) watch).contains(new Point(150, 50))).isTrue();
    assertThat(((Watch.Zone) watch).contains(new Point(90, 50))).isFalse();
  }

  @Test
  void wrongPlacesAreRefusedInOneLine() {
    for (String text : List.of("", "0.5", "0,0 2,1", "a,b c,d", "0,0", "0,0 1,1 NaN,0")) {
      assertThatThrownBy(() -> Place.parse("--line", text, true))
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith("--line \"" + text + "\": expected");
    }
    assertThatThrownBy(() -> Place.parse("--zone", "0,0 1,1", false))
        .hasMessageContaining("three points or more, found 2");
  }

  @Test
  void aWorldNeedsALinkBetweenEachTwoTiers() {
    assertThatThrownBy(() -> World.of(Map.of("device", 2.0, "edge", 1.0), "wifi,wan"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("found 2");
  }
}
