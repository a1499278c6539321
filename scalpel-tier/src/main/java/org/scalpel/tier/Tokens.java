package org.scalpel.tier;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.scalpel.tier.TierException.Kind;

/**
 * A file of tokens: lines {@code infer TOKEN} or {@code admin TOKEN}, comments after {@code #}.
 * Only their digests are compared, and always all of them, so that time tells nothing.
 *
 * @param first as it is sent
 */
record Tokens(List<Entry> entries, String first) {
  private static final Pattern LINE =
      Pattern.compile("(?:(infer|admin)\\s+)?([A-Za-z0-9._~+/=-]{16,512})");
  private static final int MOST = 1024;

  /** No record: an array in one would be compared by identity. */
  private static final class Entry {
    private final byte[] digest;
    private final Role role;

    Entry(byte[] digest, Role role) {
      this.digest = digest;
      this.role = role;
    }
  }

  /** Faults name the line and never quote it. */
  static Tokens read(Path file, ByteBuffer contents) {
    List<Entry> entries = new ArrayList<>();
    String first = "";
    int number = 0;
    for (String line : StandardCharsets.UTF_8.decode(contents).toString().lines().toList()) {
      number++;
      String plain = line.replaceFirst("#.*", "").strip();
      if (plain.isEmpty()) {
        continue;
      }
      Matcher matcher = LINE.matcher(plain);
      if (!matcher.matches() || entries.size() >= MOST) {
        throw new TierException(
            Kind.INVALID,
            file
                + ": line "
                + number
                + ": expected 'infer TOKEN' or 'admin TOKEN', the token 16 to 512 letters, digits"
                + " or ._~+/=-; at most "
                + MOST
                + " of them");
      }
      String role = Optional.ofNullable(matcher.group(1)).orElse("infer");
      first = first.isEmpty() ? matcher.group(2) : first;
      entries.add(new Entry(digest(matcher.group(2)), Role.valueOf(role.toUpperCase(Locale.ROOT))));
    }
    if (entries.isEmpty()) {
      throw new TierException(Kind.INVALID, file + ": holds no token; expected 'admin TOKEN'");
    }
    return new Tokens(List.copyOf(entries), first);
  }

  static byte[] digest(String token) {
    return Sha256.fresh().digest(token.getBytes(StandardCharsets.UTF_8));
  }

  /** The role of a token, by its digest. */
  Optional<Role> role(byte[] digest) {
    Optional<Role> found = Optional.empty();
    for (Entry entry : entries) {
      if (MessageDigest.isEqual(entry.digest, digest)) {
        found = Optional.of(entry.role);
      }
    }
    return found;
  }
}
