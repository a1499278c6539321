package org.scalpel.app;

import java.nio.file.Path;
import java.util.Optional;
import org.scalpel.tier.Security;
import picocli.CommandLine.Option;

/** The certificates of this end and those that it trusts. */
final class TlsOptions {
  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description =
          "PEM with the authorities that sign the certificates of the tiers called"
              + " (default: the system's). Every call is then encrypted.")
  private Optional<Path> authority = Optional.empty();

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "PEM with the certificate of this end, and those that lead to its authority.")
  private Optional<Path> certificate = Optional.empty();

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "PEM with the key of --tls-cert, without a password.")
  private Optional<Path> key = Optional.empty();

  Security security() {
    if (certificate.isPresent() != key.isPresent()) {
      throw new UserException("--tls-cert and --tls-key belong together; expected both or neither");
    }
    Security security = Security.NONE;
    if (certificate.isPresent() && key.isPresent()) {
      security = security.withIdentity(certificate.get(), key.get());
    }
    return authority.isPresent() ? security.withAuthority(authority.get()) : security;
  }
}
