package org.scalpel.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that a user names, read whole and within bounds. */
final class InputFile {
  private static final long TEXT_LIMIT = 512L << 20;
  private static final long BYTES_LIMIT = Integer.MAX_VALUE - 16L;

  private InputFile() {}

  /** The text of a file. */
  static String text(Path file) {
    byte[] bytes = bytes(file, TEXT_LIMIT);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException fault) {
      throw new UserException(file + ": expected UTF-8 text, found other bytes", fault);
    }
  }

  /** The bytes of a file. */
  static byte[] bytes(Path file) {
    return bytes(file, BYTES_LIMIT);
  }

  private static byte[] bytes(Path file, long limit) {
    if (Files.isDirectory(file)) {
      throw new UserException(file + ": expected a file, found a folder");
    }
    try {
      long size = Files.size(file);
      if (size > limit) {
        throw new UserException(file + ": expected at most " + limit + " bytes, found " + size);
      }
      return Files.readAllBytes(file);
    } catch (IOException fault) {
      throw new UserException(file + ": cannot be read: " + Faults.reason(fault), fault);
    }
  }
}
