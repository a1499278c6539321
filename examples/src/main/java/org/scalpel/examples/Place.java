package org.scalpel.examples;

import java.util.ArrayList;
import java.util.List;
import org.scalpel.app.UserException;
import org.scalpel.codec.Image;

/**
 * Where events happen, in parts of a picture's width and height.
 *
 * @param corners two for a line, three or more for a zone
 */
record Place(List<Point> corners) {
  /** Copies. */
  Place {
    corners = List.copyOf(corners);
  }

  /** Reads {@code X,Y X,Y …}, each 0 to 1. */
  static Place parse(String option, String text, boolean line) {
    List<Point> corners = new ArrayList<>();
    try {
      for (String pair : text.strip().split("\\s+")) {
        String[] both = pair.split(",", -1);
        if (both.length != 2) {
          throw new NumberFormatException(pair);
        }
        corners.add(new Point(part(both[0]), part(both[1])));
      }
    } catch (NumberFormatException fault) {
      throw new UserException(
          option + " \"" + text + "\": expected \"X,Y X,Y\", each a part of the picture, 0 to 1",
          fault);
    }
    if (line ? corners.size() != 2 : corners.size() < 3) {
      throw new UserException(
          option
              + " \""
              + text
              + "\": expected "
              + (line ? "two points" : "three points or more")
              + ", found "
              + corners.size());
    }
    return new Place(corners);
  }

  private static double part(String text) {
    double value = Double.parseDouble(text);
    if (!(value >= 0 && value <= 1)) {
      throw new NumberFormatException(text);
    }
    return value;
  }

  /** Watches it in pictures of that size. */
  Watch watch(Image sample) {
    List<Point> pixels =
        corners.stream().map(c -> c.times(sample.width(), sample.height())).toList();
    return pixels.size() == 2
        ? new Watch.Line(pixels.get(0), pixels.get(1))
        : new Watch.Zone(pixels);
  }
}
