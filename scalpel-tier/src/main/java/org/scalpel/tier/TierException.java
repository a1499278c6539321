package org.scalpel.tier;

/** Something between tiers went wrong; the message is one line for people. */
public final class TierException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What kind of trouble it is, and so what a caller can do about it. */
  public enum Kind {
    /** No way to the tier: it refuses connections, or it fell silent. */
    UNREACHABLE(4),
    /** The connection broke while a request was under way. */
    LOST(4),
    /** The time of the request ran out. */
    DEADLINE(4),
    /** The tier is there and has no room: full queue, draining, too many plans. */
    OVERLOADED(4),
    /** The tier does not know the model, plan or blob. */
    NOT_FOUND(2),
    /** The request, file or setting is wrong; repeating it will not help. */
    INVALID(2),
    /** The tier does not know the caller's token, or does not let it do this. */
    DENIED(2),
    /** A peer answered something that its plan does not allow; it is not to be trusted. */
    PROTOCOL(4),
    /** A fault inside a tier. */
    INTERNAL(1);

    private final int exitCode;

    Kind(int exitCode) {
      this.exitCode = exitCode;
    }

    /** The exit code of a command that ends with this. */
    public int exitCode() {
      return exitCode;
    }
  }

  private final Kind kind;

  /** A fault without another behind it. */
  public TierException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** A fault with the one that caused it. */
  public TierException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What kind of trouble it is. */
  public Kind kind() {
    return kind;
  }
}
