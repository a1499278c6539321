package org.scalpel.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/**
 * One archive: a launcher and the jars, with native libraries of one platform only. The same input
 * gives the same bytes.
 *
 * <pre>
 *   scalpel-VERSION-PLATFORM/bin/scalpel
 *                           /lib/*.jar
 *                           /LICENSE
 * </pre>
 */
record Archive(String version, Platform platform, List<Path> jars) {
  private static final int EXECUTABLE = 0755;
  private static final int PLAIN = 0644;
  private static final long EPOCH = 0;

  private String name() {
    return "scalpel-" + version + "-" + platform.text();
  }

  /**
   * Writes beside, then renames.
   *
   * @throws UserException a native library of the platform is not at hand
   */
  Path write(Path folder) throws IOException {
    requireNatives();
    Path file = folder.resolve(name() + ".tar.gz");
    Path beside = OutputFile.beside(file);
    try {
      try (OutputStream out = Files.newOutputStream(beside);
          GzipCompressorOutputStream gzip = new GzipCompressorOutputStream(out, quick());
          TarArchiveOutputStream tar = new TarArchiveOutputStream(gzip)) {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        byte[] launcher = GraphPage.resource("launcher.sh").getBytes(StandardCharsets.UTF_8);
        add(tar, "bin/scalpel", launcher, EXECUTABLE);
        byte[] license = GraphPage.resource("LICENSE").getBytes(StandardCharsets.UTF_8);
        add(tar, "LICENSE", license, PLAIN);
        for (Path jar : jars) {
          String jarName = jar.getFileName().toString();
          if (platform.takesJar(jarName)) {
            add(tar, "lib/" + jarName, filtered(jar), PLAIN);
          }
        }
      }
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
      return file;
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /** An archive packs again what it holds itself: its own platform only. */
  private void requireNatives() throws IOException {
    boolean solver = false;
    boolean runtime = false;
    for (Path jar : jars) {
      solver |= platform.isSolver(jar.getFileName().toString());
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        runtime |= zip.stream().anyMatch(entry -> platform.isRuntime(entry.getName()));
      }
    }
    if (!solver || !runtime) {
      throw new UserException(
          "dist: the native libraries of "
              + platform.text()
              + " are not here. Maybe pack it where Scalpel was built");
    }
  }

  /** Jars are compressed already. */
  private static GzipParameters quick() {
    GzipParameters parameters = new GzipParameters();
    parameters.setCompressionLevel(Deflater.BEST_SPEED);
    return parameters;
  }

  private void add(TarArchiveOutputStream tar, String path, byte[] bytes, int mode)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name() + "/" + path);
    entry.setSize(bytes.length);
    entry.setMode(mode);
    entry.setModTime(EPOCH);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  /** The jar without the native libraries of other platforms; as it is where it has none. */
  private byte[] filtered(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      if (zip.stream().allMatch(entry -> platform.takesEntry(entry.getName()))) {
        return Files.readAllBytes(jar);
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ZipOutputStream out = new ZipOutputStream(bytes)) {
        for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
          copy(zip, all.nextElement(), out);
        }
      }
      return bytes.toByteArray();
    }
  }

  private void copy(ZipFile zip, ZipEntry entry, ZipOutputStream out) throws IOException {
    if (!platform.takesEntry(entry.getName())) {
      return;
    }
    ZipEntry copy = new ZipEntry(entry.getName());
    copy.setTime(entry.getTime());
    out.putNextEntry(copy);
    zip.getInputStream(entry).transferTo(out);
    out.closeEntry();
  }
}
