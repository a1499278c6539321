package org.scalpel.examples;

/** A place in a picture: pixels, or parts of its width and height. */
record Point(double x, double y) {
  Point times(double width, double height) {
    return new Point(x * width, y * height);
  }
}
