package org.scalpel.examples;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.scalpel.app.UserException;
import org.scalpel.codec.Image;

/** A video file, decoded by FFmpeg in a process of its own. */
record FileClip(Ffmpeg ffmpeg, Path file, double rate, int frames) implements Clip {
  private static final Pattern VIDEO = Pattern.compile("Video: .* ([0-9.]+) fps");
  private static final Pattern DURATION =
      Pattern.compile("Duration: (\\d+):(\\d\\d):(\\d\\d(?:\\.\\d+)?)");
  private static final int BUFFER = 1 << 20;
  private static final int MOST_PIXELS = 1 << 26;

  /**
   * Looks at a file.
   *
   * @throws UserException it is missing, or no video
   */
  static FileClip open(Ffmpeg ffmpeg, Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UserException(file + ": no such file");
    }
    String said = ffmpeg.said(List.of("-nostdin", "-i", file.toString()));
    Matcher video = VIDEO.matcher(said);
    Matcher duration = DURATION.matcher(said);
    if (!video.find() || !duration.find()) {
      throw new UserException(file + ": FFmpeg finds no video of known length in it");
    }
    double rate = Double.parseDouble(video.group(1));
    double seconds =
        3600 * Double.parseDouble(duration.group(1))
            + 60 * Double.parseDouble(duration.group(2))
            + Double.parseDouble(duration.group(3));
    return new FileClip(ffmpeg, file, rate, (int) Math.round(seconds * rate));
  }

  /**
   * Records from a camera, so that what it saw can be played to every scheme and to the reference.
   */
  static FileClip record(Ffmpeg ffmpeg, Path device, double seconds, Path file) {
    ffmpeg.said(
        List.of(
            "-nostdin",
            "-y",
            "-f",
            "v4l2",
            "-t",
            String.valueOf(seconds),
            "-i",
            device.toString(),
            "-c:v",
            "mjpeg",
            "-q:v",
            "3",
            file.toString()));
    return open(ffmpeg, file);
  }

  @Override
  public String name() {
    return String.valueOf(file.getFileName());
  }

  @Override
  public Frames play() {
    Process process =
        ffmpeg.start(
            List.of(
                "-v",
                "error",
                "-nostdin",
                "-i",
                file.toString(),
                "-f",
                "image2pipe",
                "-c:v",
                "ppm",
                "-"));
    return new Pipe(
        process, new DataInputStream(new BufferedInputStream(process.getInputStream(), BUFFER)));
  }

  /** Pictures in the PPM format, one after the other: {@code P6 WIDTH HEIGHT 255}, then RGB. */
  private record Pipe(Process process, DataInputStream stream) implements Frames {
    @Override
    public Optional<Image> next() {
      try {
        int first = stream.read();
        if (first < 0) {
          return Optional.empty();
        }
        if (first != 'P' || !word().equals("6")) {
          throw new IOException("it sent no picture");
        }
        int width = Integer.parseInt(word());
        int height = Integer.parseInt(word());
        word();
        if (width < 1 || height < 1 || (long) width * height > MOST_PIXELS) {
          throw new IOException("it sent a picture of " + width + "×" + height);
        }
        byte[] rgb = new byte[3 * width * height];
        stream.readFully(rgb);
        return Optional.of(new Image(width, height, rgb));
      } catch (EOFException end) {
        return Optional.empty();
      } catch (IOException | NumberFormatException fault) {
        throw new UserException("ffmpeg: " + fault.getMessage(), fault);
      }
    }

    private String word() throws IOException {
      StringBuilder word = new StringBuilder();
      for (int next = stream.read(); next > ' ' && word.length() < 9; next = stream.read()) {
        word.append((char) next);
      }
      return word.toString();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
