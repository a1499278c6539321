package org.scalpel.app;

import picocli.CommandLine.Command;

/** Certificates for tiers. */
@Command(
    subcommands = TlsInitVerb.class,
    footer = {
      "  scalpel tls init certs --host edge.local --host cloud.example.org",
      "  scalpel tls init --help"
    })
final class TlsVerb extends Verb {
  @Override
  protected int run(Console console) {
    throw usage("expected what to do: init");
  }
}
