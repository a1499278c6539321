package org.scalpel.tier;

import io.grpc.Status;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what on a tier. Without a file of tokens everybody who gets a connection may do
 * everything.
 */
final class Access {
  private static final String SCHEME = "Bearer ";
  private static final int LONGEST = 600;

  private final Optional<Watched<Tokens>> tokens;

  Access(Optional<Watched<Tokens>> tokens) {
    this.tokens = tokens;
  }

  /** Runs when tokens came or went: passes that were good may not be so any more. */
  void onChange(Runnable listener) {
    tokens.ifPresent(t -> t.onChange(listener));
  }

  /**
   * What a caller shows.
   *
   * @param authorization the header of that name, if there was one
   */
  Pass pass(@Nullable CharSequence authorization) {
    if (tokens.isEmpty()) {
      return new Pass(Optional.empty());
    }
    String text = authorization == null ? "" : authorization.toString();
    boolean bearer = text.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    return new Pass(
        bearer && text.length() <= LONGEST
            ? Optional.of(Tokens.digest(text.substring(SCHEME.length()).strip()))
            : Optional.empty());
  }

  /** A caller's token; asked anew for every call and message, for tokens come and go. */
  final class Pass {
    private final Optional<byte[]> digest;

    private Pass(Optional<byte[]> digest) {
      this.digest = digest;
    }

    /** Why the caller may not, or nothing. */
    Optional<Status> refusal(Role needed) {
      if (tokens.isEmpty()) {
        return Optional.empty();
      }
      if (digest.isEmpty()) {
        return Optional.of(
            Status.UNAUTHENTICATED.withDescription("a token is needed. Maybe --token-file"));
      }
      Optional<Role> role = tokens.get().value().role(digest.get());
      if (role.isEmpty()) {
        return Optional.of(Status.UNAUTHENTICATED.withDescription("the token is not known here"));
      }
      return role.get().covers(needed)
          ? Optional.empty()
          : Optional.of(
              Status.PERMISSION_DENIED.withDescription(
                  "this needs a token of role "
                      + needed.text()
                      + "; the one shown has role "
                      + role.get().text()));
    }
  }
}
