package org.scalpel.tier;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.scalpel.tier.TierException.Kind;

/**
 * What a client shows the tier that it calls and asks of it, as its files say at the moment: the
 * same for control, heartbeat and lanes.
 */
final class ClientKeys implements AutoCloseable {
  private final Endpoint endpoint;
  private final Optional<Watched<SslContext>> context;
  private final Optional<Watched<Tokens>> token;

  private ClientKeys(
      Endpoint endpoint, Optional<Watched<SslContext>> context, Optional<Watched<Tokens>> token) {
    this.endpoint = endpoint;
    this.context = context;
    this.token = token;
  }

  /**
   * Reads the files.
   *
   * @throws TierException one of them cannot be used, or a token would go over a network in clear
   */
  static ClientKeys open(Endpoint endpoint, TierConfig config) {
    Security security = config.security();
    boolean encrypts = endpoint.tls() || security.clientEncrypts();
    if (security.shown().isPresent() && !encrypts && !config.insecure() && !endpoint.isLoopback()) {
      throw new TierException(
          Kind.INVALID,
          "the token of "
              + security.shown().get()
              + " would go to "
              + endpoint
              + " unencrypted. Maybe --tls-ca, or grpcs:// before the address");
    }
    return new ClientKeys(
        endpoint,
        encrypts ? Optional.of(watched(security)) : Optional.empty(),
        security
            .shown()
            .map(file -> new Watched<>(List.of(file), all -> Tokens.read(file, all.get(0)))));
  }

  private static Watched<SslContext> watched(Security security) {
    List<Path> files = new ArrayList<>();
    security
        .identity()
        .ifPresent(
            own -> {
              files.add(own.certificate());
              files.add(own.key());
            });
    security.authority().ifPresent(files::add);
    boolean shows = security.identity().isPresent();
    boolean trusts = security.authority().isPresent();
    return new Watched<>(files, all -> context(files, all, shows, trusts));
  }

  private static SslContext context(
      List<Path> files, List<ByteBuffer> all, boolean shows, boolean trusts) {
    SslContextBuilder builder =
        GrpcSslContexts.configure(SslContextBuilder.forClient(), Tls.provider())
            .protocols(Tls.VERSIONS);
    if (shows) {
      X509Certificate[] chain = Pem.of(files.get(0), all.get(0)).certificates();
      Pem keyFile = Pem.of(files.get(1), all.get(1));
      PrivateKey key = keyFile.key();
      keyFile.requireKeyOf(key, chain[0]);
      builder.keyManager(key, chain);
    }
    if (trusts) {
      int last = files.size() - 1;
      builder.trustManager(Pem.of(files.get(last), all.get(last)).certificates());
    }
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new TierException(Kind.INVALID, "TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  /** For a new connection; empty where it is not encrypted. */
  Optional<SslContext> context() {
    return context.map(Watched::value);
  }

  /** The handler of a new connection, which also checks the server's name. */
  Optional<SslHandler> handler(ByteBufAllocator memory, Duration patience) {
    return context()
        .map(
            now -> {
              SslHandler handler = now.newHandler(memory, endpoint.host(), endpoint.port());
              SSLParameters parameters = handler.engine().getSSLParameters();
              parameters.setEndpointIdentificationAlgorithm("HTTPS");
              handler.engine().setSSLParameters(parameters);
              handler.setHandshakeTimeoutMillis(patience.toMillis());
              return handler;
            });
  }

  /** The header that shows the token. */
  Optional<String> authorization() {
    return token.map(t -> "Bearer " + t.value().first());
  }

  /** Shows the token with every call. */
  ClientInterceptor showing() {
    return new ClientInterceptor() {
      @Override
      public <Q, A> ClientCall<Q, A> interceptCall(
          MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
          @Override
          public void start(Listener<A> listener, Metadata headers) {
            authorization().ifPresent(text -> headers.put(Guard.AUTHORIZATION, text));
            super.start(listener, headers);
          }
        };
      }
    };
  }

  /** Looks at the files now instead of within a second. */
  void look() {
    context.ifPresent(Watched::look);
    token.ifPresent(Watched::look);
  }

  @Override
  public void close() {
    context.ifPresent(Watched::close);
    token.ifPresent(Watched::close);
  }
}
