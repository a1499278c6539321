package org.scalpel.tier;

import java.util.Arrays;
import java.util.Random;

/** Damages bytes as a broken or hostile peer would; the same seed does the same damage. */
final class Mutations {
  private final Random random;

  Mutations(long seed) {
    this.random = new Random(seed);
  }

  /** One to four changes: flipped bits, extreme values, cuts, insertions, repeated pieces. */
  byte[] of(byte[] original) {
    byte[] bytes = original.clone();
    for (int n = 1 + random.nextInt(4); n > 0 && bytes.length > 0; n--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> bytes[at] = new byte[] {0, -1, 127, -128, 1}[random.nextInt(5)];
        case 3 -> bytes = Arrays.copyOf(bytes, at);
        case 4 -> bytes = inserted(bytes, at, noise(1 + random.nextInt(12)));
        default -> {
          int end = Math.min(bytes.length, at + 1 + random.nextInt(40));
          bytes = inserted(bytes, random.nextInt(bytes.length), Arrays.copyOfRange(bytes, at, end));
        }
      }
    }
    return bytes;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  byte[] noise(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] inserted(byte[] bytes, int at, byte[] piece) {
    byte[] longer = Arrays.copyOf(bytes, bytes.length + piece.length);
    System.arraycopy(piece, 0, longer, at, piece.length);
    System.arraycopy(bytes, at, longer, at + piece.length, bytes.length - at);
    return longer;
  }
}
