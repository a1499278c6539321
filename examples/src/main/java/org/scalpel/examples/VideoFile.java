package org.scalpel.examples;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.scalpel.app.UserException;
import org.scalpel.codec.Image;

/** A video that is written frame by frame: MPEG-4, which every player and every FFmpeg knows. */
final class VideoFile implements AutoCloseable {
  private static final long PATIENCE_S = 60;
  private final Process process;
  private final OutputStream stream;
  private final Path file;

  private VideoFile(Process process, Path file) {
    this.process = process;
    this.stream = process.getOutputStream();
    this.file = file;
  }

  static VideoFile create(Ffmpeg ffmpeg, Path file, Image first, double rate) {
    Process process =
        ffmpeg.start(
            List.of(
                "-v",
                "error",
                "-y",
                "-f",
                "rawvideo",
                "-pix_fmt",
                "rgb24",
                "-s",
                first.width() + "x" + first.height(),
                "-r",
                String.format(Locale.ROOT, "%.3f", rate),
                "-i",
                "-",
                "-c:v",
                "mpeg4",
                "-q:v",
                "4",
                "-pix_fmt",
                "yuv420p",
                file.toString()));
    return new VideoFile(process, file);
  }

  void add(Image frame) {
    try {
      stream.write(frame.rgb());
    } catch (IOException fault) {
      throw new UserException(file + ": ffmpeg does not write it: " + fault.getMessage(), fault);
    }
  }

  @Override
  public void close() {
    try {
      stream.close();
      if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new UserException(file + ": ffmpeg did not finish it");
      }
    } catch (IOException fault) {
      throw new UserException(file + ": ffmpeg does not write it: " + fault.getMessage(), fault);
    } catch (InterruptedException fault) {
      Thread.currentThread().interrupt();
      throw new UserException(file + ": interrupted while it was written", fault);
    } finally {
      process.destroyForcibly();
    }
  }
}
