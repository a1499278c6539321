package org.scalpel.examples;

/** A rectangle in a picture, in pixels, y downwards. */
record Box(double left, double top, double right, double bottom) {
  /** From its centre and its size. */
  static Box around(double x, double y, double width, double height) {
    return new Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2);
  }

  double width() {
    return Math.max(0, right - left);
  }

  double height() {
    return Math.max(0, bottom - top);
  }

  double area() {
    return width() * height();
  }

  Point centre() {
    return new Point((left + right) / 2, (top + bottom) / 2);
  }

  /** Where a person stands: the middle of the lower side. */
  Point foot() {
    return new Point((left + right) / 2, bottom);
  }

  /** The common area as a part of the area of both, 0 … 1. */
  double overlap(Box other) {
    double width = Math.min(right, other.right) - Math.max(left, other.left);
    double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
    if (width <= 0 || height <= 0) {
      return 0;
    }
    double common = width * height;
    return common / (area() + other.area() - common);
  }

  Box moved(double x, double y) {
    return new Box(left + x, top + y, right + x, bottom + y);
  }

  /** The part of it in a picture of this size. */
  Box within(int width, int height) {
    return new Box(
        clamp(left, width), clamp(top, height), clamp(right, width), clamp(bottom, height));
  }

  private static double clamp(double value, double most) {
    return Math.max(0, Math.min(most, value));
  }
}
