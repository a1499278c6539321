package org.scalpel.tier;

import java.nio.file.Path;
import java.util.Optional;
import org.scalpel.tier.TierException.Kind;

/**
 * The files by which a tier proves who it is and by which it knows others. All are read again when
 * they change; a new version that cannot be used is reported, and the one before stays in use. See
 * docs/security.md.
 *
 * @param identity certificate and key of this end: a server with one speaks TLS only; a client
 *     shows it where a server asks
 * @param authority certificates (PEM) that sign those of the servers this end calls; empty for the
 *     system's own list
 * @param callers certificates (PEM) that sign those of callers, who then must have one (mutual TLS)
 * @param tokens who may call: a file with lines {@code infer TOKEN} or {@code admin TOKEN}; empty
 *     lets every caller do everything
 * @param token a file whose first token this end shows to the tiers it calls; empty for the first
 *     of {@code tokens}
 */
public record Security(
    Optional<Identity> identity,
    Optional<Path> authority,
    Optional<Path> callers,
    Optional<Path> tokens,
    Optional<Path> token) {
  /** Neither encryption nor tokens. */
  public static final Security NONE =
      new Security(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * A certificate with those that lead to its authority, and its key.
   *
   * @param certificate PEM, the own one first
   * @param key PEM, not encrypted
   */
  public record Identity(Path certificate, Path key) {}

  /** Checks that what asks for callers' certificates can be shown one. */
  public Security {
    if (callers.isPresent() && identity.isEmpty()) {
      throw new TierException(
          Kind.INVALID,
          "callers' certificates ("
              + callers.get()
              + ") can be asked for over TLS only; expected a certificate and a key as well");
    }
  }

  /** Whether a server with these files speaks TLS, and nothing else. */
  public boolean serverEncrypts() {
    return identity.isPresent();
  }

  /** Whether a server with these files knows its callers. */
  public boolean knowsCallers() {
    return callers.isPresent() || tokens.isPresent();
  }

  /** Whether a client with these files speaks TLS to every tier; else the address decides. */
  public boolean clientEncrypts() {
    return identity.isPresent() || authority.isPresent();
  }

  /**
   * What this end shows the tiers that it calls: its own token, or the first that it takes itself.
   */
  Optional<Path> shown() {
    return token.or(() -> tokens);
  }

  /** With a certificate and its key. */
  public Security withIdentity(Path certificate, Path key) {
    return new Security(
        Optional.of(new Identity(certificate, key)), authority, callers, tokens, token);
  }

  /** With the signers of servers' certificates. */
  public Security withAuthority(Path file) {
    return new Security(identity, Optional.of(file), callers, tokens, token);
  }

  /** With the signers of callers' certificates. */
  public Security withCallers(Path file) {
    return new Security(identity, authority, Optional.of(file), tokens, token);
  }

  /** With the tokens of callers. */
  public Security withTokens(Path file) {
    return new Security(identity, authority, callers, Optional.of(file), token);
  }

  /** With the token of this end. */
  public Security withToken(Path file) {
    return new Security(identity, authority, callers, tokens, Optional.of(file));
  }
}
