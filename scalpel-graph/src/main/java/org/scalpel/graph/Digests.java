package org.scalpel.graph;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/** SHA-256 in lower-case hex. */
final class Digests {
  private static final int CHUNK = 1 << 20;

  private Digests() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  static String of(String text) {
    MessageDigest digest = sha256();
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    return hex(digest);
  }

  static String of(ByteBuffer data) {
    MessageDigest digest = sha256();
    digest.update(data.duplicate());
    return hex(digest);
  }

  /** The digest of a model from that of its file; see {@link OnnxModel#sha256()}. */
  static String model(String fileDigest, List<OnnxModel.ExternalFile> files) {
    if (files.isEmpty()) {
      return fileDigest;
    }
    StringBuilder lines = new StringBuilder(fileDigest + "  \n");
    files.stream()
        .sorted(Comparator.comparing(OnnxModel.ExternalFile::location))
        .forEach(f -> lines.append(file(f.file())).append("  ").append(f.location()).append('\n'));
    return of(lines.toString());
  }

  private static String file(Path path) {
    MessageDigest digest = sha256();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      while (channel.read(chunk) >= 0) {
        digest.update(chunk.flip());
        chunk.clear();
      }
    } catch (IOException e) {
      throw new ModelException(path + ": cannot be read: " + e.getMessage(), e);
    }
    return hex(digest);
  }
}
