package org.scalpel.tier;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.scalpel.codec.CodecException;
import org.scalpel.engine.EngineException;
import org.scalpel.graph.ModelException;
import org.scalpel.tier.TierException.Kind;

/** Between the faults of our code and the status codes of the wire. */
final class Refusal {
  private static final Pattern OWN_DEADLINE =
      Pattern.compile("(?:CallOptions|Context) deadline exceeded after (\\d+\\.?\\d{0,2})\\d*s");
  private static final int MOST_TEXT = 1000;

  private Refusal() {}

  static StatusRuntimeException of(Status.Code code, String message) {
    return code.toStatus().withDescription(message).asRuntimeException();
  }

  static StatusRuntimeException invalid(String message) {
    return of(Status.Code.INVALID_ARGUMENT, message);
  }

  /** In the words that clients of other servers look for. */
  static StatusRuntimeException unknownModel(String model) {
    return of(Status.Code.NOT_FOUND, "Request for unknown model: '" + model + "' is not found");
  }

  /** For a model that the tier holds and does not serve just now. */
  static StatusRuntimeException unloaded(String model) {
    return of(
        Status.Code.NOT_FOUND,
        "Request for unknown model: '" + model + "' is not found: it is unloaded");
  }

  /** For what the protocol has and we do not. */
  static StatusRuntimeException unsupported(String message) {
    return of(Status.Code.UNIMPLEMENTED, message);
  }

  /** For a tensor of strings. */
  static StatusRuntimeException strings(String what) {
    return unsupported(what + " is BYTES: tensors of strings are not supported");
  }

  /** What a peer is told: one line, never a stack trace. */
  static Status status(Throwable fault) {
    if (fault instanceof StatusRuntimeException known) {
      return known.getStatus();
    }
    String text = String.valueOf(fault.getMessage());
    if (fault instanceof TierException tier) {
      return code(tier.kind()).toStatus().withDescription(text);
    }
    if (fault instanceof ModelException
        || fault instanceof EngineException
        || fault instanceof CodecException) {
      return Status.INVALID_ARGUMENT.withDescription(text.lines().findFirst().orElse(""));
    }
    return Status.INTERNAL.withDescription(
        fault.getClass().getSimpleName() + ": " + text.lines().findFirst().orElse(""));
  }

  private static Status.Code code(Kind kind) {
    return switch (kind) {
      case UNREACHABLE, LOST -> Status.Code.UNAVAILABLE;
      case DEADLINE -> Status.Code.DEADLINE_EXCEEDED;
      case OVERLOADED -> Status.Code.RESOURCE_EXHAUSTED;
      case NOT_FOUND -> Status.Code.NOT_FOUND;
      case DENIED -> Status.Code.PERMISSION_DENIED;
      case INVALID -> Status.Code.INVALID_ARGUMENT;
      case PROTOCOL, INTERNAL -> Status.Code.INTERNAL;
    };
  }

  /** What a status from a peer means here. */
  static TierException fromPeer(String peer, Status status) {
    String reason = line(status);
    Throwable cause = status.getCause();
    Optional<String> trouble = TlsTrouble.words(status);
    if (trouble.isPresent()) {
      return new TierException(Kind.UNREACHABLE, peer + " " + trouble.get());
    }
    return switch (status.getCode()) {
      case UNAVAILABLE -> unavailable(peer, reason, cause);
      case DEADLINE_EXCEEDED ->
          new TierException(
              Kind.DEADLINE, peer + " did not answer in time (" + after(reason) + ")");
      case RESOURCE_EXHAUSTED -> new TierException(Kind.OVERLOADED, peer + " refuses: " + reason);
      case NOT_FOUND, FAILED_PRECONDITION ->
          new TierException(Kind.NOT_FOUND, peer + " has not: " + reason);
      case INVALID_ARGUMENT, OUT_OF_RANGE, UNIMPLEMENTED ->
          new TierException(Kind.INVALID, peer + " refuses: " + reason);
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          new TierException(Kind.DENIED, peer + " refuses: " + reason);
      default -> new TierException(Kind.INTERNAL, peer + " failed: " + reason);
    };
  }

  /** Of gRPC's own account of a deadline only how long it was. */
  private static String after(String reason) {
    Matcher own = OWN_DEADLINE.matcher(reason);
    return own.lookingAt() ? "deadline exceeded after " + own.group(1) + " s" : reason;
  }

  /** The first line of what a peer says, and no more of it than a person reads. */
  static String line(Status status) {
    String text = status.getDescription();
    String first = text == null ? "" : text.lines().findFirst().orElse("");
    if (first.isBlank()) {
      return status.getCode().name();
    }
    return first.length() <= MOST_TEXT ? first : first.substring(0, MOST_TEXT) + "…";
  }

  /** The same for one request that the peer refuses in words; the way to it is in order. */
  static TierException reported(String peer, Status status) {
    return status.getCode() == Status.Code.UNAVAILABLE
        ? new TierException(Kind.UNREACHABLE, peer + " reports: " + line(status))
        : fromPeer(peer, status);
  }

  private static TierException unavailable(
      String peer, String reason, @org.jspecify.annotations.Nullable Throwable cause) {
    Throwable root = cause;
    while (root != null && root.getCause() != null) {
      root = root.getCause();
    }
    boolean refused =
        root instanceof java.net.ConnectException || root instanceof java.net.UnknownHostException;
    String why =
        root == null || root.getMessage() == null ? reason : reason + ": " + root.getMessage();
    Kind kind = refused ? Kind.UNREACHABLE : Kind.LOST;
    String verb = refused ? " could not be reached (" : " was lost (";
    return new TierException(kind, peer + verb + why.lines().findFirst().orElse("") + ")");
  }
}
