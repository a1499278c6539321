package org.scalpel.learn;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.scalpel.codec.Image;
import org.scalpel.codec.ImageCodec;

/** Pictures in a tar file, {@code …/CLASS/picture.jpg}, read where they lie. */
final class TarPictures implements PictureSource {
  private static final long MOST_BYTES = 1L << 28;

  private final Path file;
  private final TarFile tar;
  private final List<TarArchiveEntry> entries;
  private final List<Item> items = new ArrayList<>();

  TarPictures(Path file) throws IOException {
    this.file = file;
    tar = new TarFile(file);
    entries =
        tar.getEntries().stream()
            .filter(entry -> entry.isFile() && PictureSource.isPicture(entry.getName()))
            .sorted(Comparator.comparing(TarArchiveEntry::getName))
            .toList();
    for (TarArchiveEntry entry : entries) {
      String name = entry.getName();
      items.add(new Item(items.size(), name, PictureSource.labelOf(name)));
    }
    if (items.isEmpty()) {
      close();
      throw new LearnException(file + ": no pictures in it; expected CLASS/*.jpg or .png");
    }
  }

  static boolean isTar(Path file) {
    return String.valueOf(file.getFileName()).endsWith(".tar");
  }

  @Override
  public List<Item> items() {
    return items;
  }

  @Override
  public Image image(Item item) throws IOException {
    return ImageCodec.decode(bytes(item));
  }

  @Override
  public Optional<byte[]> file(Item item) throws IOException {
    return Optional.of(bytes(item));
  }

  private byte[] bytes(Item item) throws IOException {
    TarArchiveEntry entry = entries.get(item.place());
    if (entry.getSize() > MOST_BYTES) {
      throw new IOException("more than " + MOST_BYTES + " bytes");
    }
    // One file handle with one position: decoding, which takes longer, happens outside.
    synchronized (tar) {
      try (InputStream in = tar.getInputStream(entry)) {
        return in.readAllBytes();
      }
    }
  }

  @Override
  public void close() {
    try {
      tar.close();
    } catch (IOException e) {
      throw new LearnException(file + ": cannot be closed: " + e.getMessage(), e);
    }
  }
}
