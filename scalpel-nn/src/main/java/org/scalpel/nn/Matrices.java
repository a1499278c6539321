package org.scalpel.nn;

/**
 * The one product that training is made of.
 *
 * <p>Matrices are rows of one array. The innermost loop runs along a row of {@code c} and four rows
 * of {@code b}: the compiler turns it into vector instructions, and a row of {@code c} is loaded
 * and stored a quarter as often as in the plain triple loop.
 */
final class Matrices {
  private static final int UNROLLED = 4;

  private Matrices() {}

  /**
   * The left factor, perhaps transposed: element (m, k) is {@code values[m * down + k * along]}.
   *
   * @param rows of the product
   * @param depth the length of the sums
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Left(float[] values, int rows, int depth, int down, int along) {
    static Left of(float[] values, int rows, int depth) {
      return new Left(values, rows, depth, depth, 1);
    }

    /** The transpose of a matrix of {@code depth} rows and {@code rows} columns. */
    static Left transposed(float[] values, int rows, int depth) {
      return new Left(values, rows, depth, 1, rows);
    }
  }

  /** {@code c += a · b}; {@code b} and {@code c} have {@code columns} columns. */
  static void addProduct(Left a, float[] b, float[] c, int columns) {
    float[] left = a.values();
    int step = a.along();
    int whole = a.depth() - a.depth() % UNROLLED;
    for (int m = 0; m < a.rows(); m++) {
      int at = m * a.down();
      int row = m * columns;
      for (int k = 0; k < whole; k += UNROLLED, at += UNROLLED * step) {
        float x0 = left[at];
        float x1 = left[at + step];
        float x2 = left[at + 2 * step];
        float x3 = left[at + 3 * step];
        int b0 = k * columns;
        int b1 = b0 + columns;
        int b2 = b1 + columns;
        int b3 = b2 + columns;
        for (int n = 0; n < columns; n++) {
          c[row + n] += x0 * b[b0 + n] + x1 * b[b1 + n] + x2 * b[b2 + n] + x3 * b[b3 + n];
        }
      }
      for (int k = whole; k < a.depth(); k++, at += step) {
        float x = left[at];
        int from = k * columns;
        for (int n = 0; n < columns; n++) {
          c[row + n] += x * b[from + n];
        }
      }
    }
  }

  /** The transpose of a matrix. */
  static float[] transpose(float[] a, int rows, int columns) {
    float[] turned = new float[a.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        turned[c * rows + r] = a[r * columns + c];
      }
    }
    return turned;
  }
}
