package org.scalpel.tier;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.scalpel.tier.TierException.Kind;

/**
 * What a server shows its callers and asks of them, as its files say at the moment. Connections
 * keep what they began with; tokens count at once.
 */
final class ServerKeys implements AutoCloseable {
  private final Optional<Watched<Contexts>> contexts;
  private final Optional<Watched<Tokens>> tokens;
  private final Access access;

  /** The same keys for the two protocols that a server can offer. */
  private record Contexts(SslContext grpc, SslContext http) {}

  private ServerKeys(Optional<Watched<Contexts>> contexts, Optional<Watched<Tokens>> tokens) {
    this.contexts = contexts;
    this.tokens = tokens;
    this.access = new Access(tokens);
  }

  /**
   * Reads the files.
   *
   * @throws TierException one of them cannot be used
   */
  static ServerKeys open(Security security) {
    Optional<Watched<Tokens>> tokens =
        security
            .tokens()
            .map(file -> new Watched<>(List.of(file), all -> Tokens.read(file, all.get(0))));
    return new ServerKeys(security.identity().map(own -> watched(own, security)), tokens);
  }

  private static Watched<Contexts> watched(Security.Identity own, Security security) {
    List<Path> files = new ArrayList<>(List.of(own.certificate(), own.key()));
    security.callers().ifPresent(files::add);
    return new Watched<>(files, all -> contexts(files, all));
  }

  private static Contexts contexts(List<Path> files, List<ByteBuffer> all) {
    X509Certificate[] chain = Pem.of(files.get(0), all.get(0)).certificates();
    Pem keyFile = Pem.of(files.get(1), all.get(1));
    PrivateKey key = keyFile.key();
    keyFile.requireKeyOf(key, chain[0]);
    try {
      SslContextBuilder grpc =
          GrpcSslContexts.configure(SslContextBuilder.forServer(key, chain), Tls.provider());
      SslContextBuilder http =
          SslContextBuilder.forServer(key, chain)
              .sslProvider(Tls.provider())
              .applicationProtocolConfig(
                  new ApplicationProtocolConfig(
                      Protocol.ALPN,
                      SelectorFailureBehavior.NO_ADVERTISE,
                      SelectedListenerFailureBehavior.ACCEPT,
                      "http/1.1"));
      for (SslContextBuilder builder : List.of(grpc, http)) {
        builder.protocols(Tls.VERSIONS);
        if (files.size() > 2) {
          builder
              .trustManager(Pem.of(files.get(2), all.get(2).duplicate()).certificates())
              .clientAuth(ClientAuth.REQUIRE);
        }
      }
      return new Contexts(grpc.build(), http.build());
    } catch (SSLException e) {
      throw new TierException(
          Kind.INVALID, files.get(0) + ": cannot be used for TLS: " + e.getMessage(), e);
    }
  }

  /** Whether callers must speak TLS. */
  boolean encrypts() {
    return contexts.isPresent();
  }

  /** For connections that speak gRPC (ALPN h2); only where {@link #encrypts}. */
  SslContext grpc() {
    return contexts.orElseThrow().value().grpc;
  }

  /** For connections that speak HTTP/1.1; only where {@link #encrypts}. */
  SslContext http() {
    return contexts.orElseThrow().value().http;
  }

  /** Who may do what. */
  Access access() {
    return access;
  }

  /** Looks at the files now instead of within a second. */
  void look() {
    contexts.ifPresent(Watched::look);
    tokens.ifPresent(Watched::look);
  }

  @Override
  public void close() {
    contexts.ifPresent(Watched::close);
    tokens.ifPresent(Watched::close);
  }
}
