package org.scalpel.app;

import java.nio.file.Path;
import java.util.Optional;
import org.scalpel.tier.Security;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a verb that calls tiers is known to them, and knows them. */
final class CallerOptions {
  @Mixin private TlsOptions tls = new TlsOptions();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A file whose first token is shown to the tiers called.")
  private Optional<Path> token = Optional.empty();

  Security security() {
    Security security = tls.security();
    return token.isPresent() ? security.withToken(token.get()) : security;
  }
}
