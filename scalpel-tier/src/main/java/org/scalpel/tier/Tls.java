package org.scalpel.tier;

import io.grpc.netty.shaded.io.netty.handler.ssl.OpenSsl;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;

/** What every TLS connection of a tier has in common. */
final class Tls {
  /** The system property that asks for the JDK's own TLS. */
  static final String JDK = "scalpel.tls.jdk";

  static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

  /** Until a peer that has connected must have shown its certificates. */
  static final int HANDSHAKE_S = 5;

  /** What every TLS connection begins with. */
  static final byte HANDSHAKE_RECORD = 22;

  private Tls() {}

  /** BoringSSL where its native library is there (it comes with gRPC), else the JDK's own. */
  static SslProvider provider() {
    return OpenSsl.isAvailable() && !Boolean.getBoolean(JDK)
        ? SslProvider.OPENSSL
        : SslProvider.JDK;
  }
}
