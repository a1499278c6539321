package org.scalpel.learn;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a frozen model says of every sample, on its way to the heads: a line that says what it is
 * of, then for each sample, in order, how it went and so many numbers. What was cut off in the
 * middle of a sample is made again, so extraction goes on where it was.
 *
 * <pre>
 *   header '\n' | int state | width × float | int state | …      big-endian
 * </pre>
 */
final class FeatureFile implements AutoCloseable {
  /** A sample that can be used. */
  static final int USABLE = 0;

  /** The picture could not be read. */
  static final int BROKEN = -2;

  /** The model answered NaN or infinity. */
  static final int NOT_FINITE = -3;

  private final Path file;
  private final int width;
  private final long start;
  private final RandomAccessFile channel;
  private int rows;

  private FeatureFile(Path file, int width, long start, RandomAccessFile channel)
      throws IOException {
    this.file = file;
    this.width = width;
    this.start = start;
    this.channel = channel;
    rows = Math.toIntExact((channel.length() - start) / rowBytes());
    channel.setLength(start + rows * rowBytes());
    channel.seek(channel.length());
  }

  /**
   * Begins a file, or goes on with it.
   *
   * @param header one line that says what the features are of
   * @throws LearnException what is there is of something else
   */
  static FeatureFile open(Path file, String header, int width) {
    byte[] line = (header + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      RandomAccessFile channel = new RandomAccessFile(file.toFile(), "rw");
      byte[] found = new byte[(int) Math.min(line.length, channel.length())];
      channel.readFully(found);
      if (found.length < line.length) {
        channel.setLength(0);
        channel.write(line);
      } else if (!java.util.Arrays.equals(line, found)) {
        channel.close();
        throw new LearnException(
            file + ": was begun with another model, data or options. Maybe remove it");
      }
      return new FeatureFile(file, width, line.length, channel);
    } catch (IOException e) {
      throw failure(file, "cannot be written", e);
    }
  }

  private long rowBytes() {
    return Integer.BYTES + (long) Float.BYTES * width;
  }

  /** How many samples it has. */
  int rows() {
    return rows;
  }

  void append(int state, float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate((int) rowBytes());
    bytes.putInt(state).asFloatBuffer().put(values);
    try {
      channel.write(bytes.array());
    } catch (IOException e) {
      throw failure(file, "cannot be written", e);
    }
    rows++;
  }

  /** Sees one sample. The array is used again for the next. */
  interface Visitor {
    void visit(int row, int state, float[] values);
  }

  /** Shows every sample, in order. */
  void scan(Visitor visitor) {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      in.skipNBytes(start);
      float[] values = new float[width];
      byte[] bytes = new byte[(int) rowBytes()];
      for (int row = 0; row < rows; row++) {
        in.readFully(bytes);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int state = buffer.getInt();
        buffer.asFloatBuffer().get(values);
        visitor.visit(row, state, values);
      }
    } catch (IOException e) {
      throw failure(file, "cannot be read", e);
    }
  }

  private static LearnException failure(Path file, String what, IOException cause) {
    return new LearnException(file + ": " + what + ": " + cause.getMessage(), cause);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failure(file, "cannot be closed", e);
    }
  }
}
