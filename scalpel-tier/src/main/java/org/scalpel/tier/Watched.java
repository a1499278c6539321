package org.scalpel.tier;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.scalpel.tier.TierException.Kind;

/**
 * What a few small files say, read again when they change. They are compared by content once a
 * second: that also finds files that are swapped by a link, as clusters do. A version that cannot
 * be used is reported, and the one before stays in use.
 */
final class Watched<T> implements AutoCloseable {
  private static final int MOST_BYTES = 1 << 20;
  private static final long LOOK_MS = 1000;
  private static final ScheduledExecutorService CLOCK = Clocks.daemon("scalpel-files");

  private final List<Path> files;
  private final Function<List<ByteBuffer>, T> reader;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final ScheduledFuture<?> looking;
  private List<ByteBuffer> used;
  private Optional<List<ByteBuffer>> broken = Optional.empty();
  private boolean told;
  private volatile T value;

  /**
   * Reads the files and keeps an eye on them.
   *
   * @param reader of their contents, in the same order
   * @throws TierException they cannot be used
   */
  Watched(List<Path> files, Function<List<ByteBuffer>, T> reader) {
    this.files = List.copyOf(files);
    this.reader = reader;
    this.used = contents();
    this.value = reader.apply(copies(used));
    this.looking =
        CLOCK.scheduleWithFixedDelay(this::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
  }

  T value() {
    return value;
  }

  /** Runs whenever there is a new value. */
  void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Looks now. */
  synchronized void look() {
    List<ByteBuffer> found = List.of();
    try {
      found = contents();
      if (!found.equals(used)) {
        value = reader.apply(copies(found));
        used = found;
        listeners.forEach(Runnable::run);
      }
      broken = Optional.empty();
    } catch (RuntimeException e) {
      distrust(found, e);
    }
  }

  /** Two files are not replaced at once: only what is broken twice is worth a word. */
  private void distrust(List<ByteBuffer> found, RuntimeException why) {
    boolean again = broken.isPresent() && broken.get().equals(found);
    if (again && !told) {
      org.slf4j.LoggerFactory.getLogger(Watched.class)
          .warn("{}; what it said before stays in use", why.getMessage());
    }
    told = again;
    broken = Optional.of(found);
  }

  private List<ByteBuffer> contents() {
    List<ByteBuffer> all = new ArrayList<>();
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        byte[] bytes = in.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
          throw new TierException(
              Kind.INVALID, file + ": is too large; expected at most " + MOST_BYTES + " bytes");
        }
        all.add(ByteBuffer.wrap(bytes));
      } catch (NoSuchFileException e) {
        throw new TierException(Kind.INVALID, file + ": no such file", e);
      } catch (IOException e) {
        throw new TierException(Kind.INVALID, file + ": cannot be read: " + e.getMessage(), e);
      }
    }
    return all;
  }

  private static List<ByteBuffer> copies(List<ByteBuffer> contents) {
    return contents.stream().map(ByteBuffer::asReadOnlyBuffer).toList();
  }

  @Override
  public void close() {
    looking.cancel(false);
  }
}
