package org.scalpel.tier;

import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.handler.ssl.NotSslRecordException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What goes wrong between two ends that do not trust each other, in words for people. */
final class TlsTrouble {
  /** The word of a tier that speaks TLS to one who does not. */
  static final String TLS_ONLY = "this tier speaks TLS only";

  // How both implementations name the alerts of a peer that wants or dislikes our certificate.
  private static final Pattern ALERT =
      Pattern.compile(
          "(certificate_required|bad_certificate|certificate_unknown|unknown_ca|certificate_expired"
              + "|certificate_revoked|unsupported_certificate|handshake_failure|protocol_version"
              + "|internal_error)");
  private static final Pattern FIRST_BYTES = Pattern.compile("first 5 bytes: (1[56]03)");
  private static final String WANTS = "Maybe --tls-cert and --tls-key";

  private TlsTrouble() {}

  /** Whether it is about TLS and not about what was said over it. */
  static boolean isOne(@Nullable Throwable fault) {
    for (Throwable at = fault; at != null; at = at.getCause()) {
      if (at instanceof SSLException || at instanceof CertificateException) {
        return true;
      }
    }
    return false;
  }

  /** Why a peer was not reached, behind its name. */
  static Optional<String> words(Status status) {
    String description = String.valueOf(status.getDescription());
    if (description.contains(TLS_ONLY) || FIRST_BYTES.matcher(description).find()) {
      return Optional.of("speaks TLS. Maybe --tls-ca, or grpcs:// before the address");
    }
    Throwable fault = status.getCause();
    if (!isOne(fault)) {
      return Optional.empty();
    }
    StringBuilder texts = new StringBuilder();
    for (Throwable at = fault; at != null; at = at.getCause()) {
      Optional<String> known = known(at);
      if (known.isPresent()) {
        return known;
      }
      texts.append(at.getMessage()).append(' ');
    }
    return Optional.of(alert(texts.toString()));
  }

  private static Optional<String> known(Throwable fault) {
    if (fault instanceof NotSslRecordException) {
      return Optional.of("does not speak TLS. Maybe it was started without --tls-cert");
    }
    if (fault instanceof CertificateExpiredException) {
      return Optional.of("shows a certificate that has expired (" + fault.getMessage() + ")");
    }
    if (fault instanceof CertificateNotYetValidException) {
      return Optional.of("shows a certificate that is not valid yet (" + fault.getMessage() + ")");
    }
    String text = String.valueOf(fault.getMessage());
    if (fault instanceof CertificateException
        && (text.startsWith("No name") || text.startsWith("No subject"))) {
      return Optional.of("shows a certificate for another name (" + text + ")");
    }
    if (fault instanceof CertPathValidatorException || text.contains("unable to find valid cert")) {
      return untrusted(fault);
    }
    return Optional.empty();
  }

  private static Optional<String> untrusted(Throwable fault) {
    Throwable cause = fault.getCause();
    return cause instanceof CertificateException
        ? known(cause)
        : Optional.of("shows a certificate that no trusted authority signed. Maybe --tls-ca");
  }

  private static String alert(String texts) {
    Matcher alert = ALERT.matcher(texts.toLowerCase(Locale.ROOT).replace(' ', '_'));
    if (!alert.find()) {
      return "could not be reached by TLS (" + texts.strip().lines().findFirst().orElse("") + ")";
    }
    return switch (alert.group(1)) {
      case "certificate_required" -> "asks for a certificate of ours. " + WANTS;
      case "internal_error" ->
          "ended the handshake. Maybe it does not know our certificate: --tls-cert and --tls-key";
      case "handshake_failure", "protocol_version" ->
          "and this end agree on no way to speak TLS (" + alert.group(1) + "). " + WANTS;
      default -> "refuses our certificate (" + alert.group(1).replace('_', ' ') + "). " + WANTS;
    };
  }
}
