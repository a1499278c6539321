package org.scalpel.tier;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.scalpel.tier.TierException.Kind;

/**
 * Where a tier listens.
 *
 * @param host a name or an address, without brackets
 * @param port 0 to 65535; 0 lets the system choose when listening
 * @param tls whether the address itself asks for encryption
 */
public record Endpoint(String host, int port, boolean tls) {
  /** One that leaves encryption to the settings of whoever calls it. */
  public Endpoint(String host, int port) {
    this(host, port, false);
  }

  /** Checks both. */
  public Endpoint {
    if (host.isBlank() || port < 0 || port > 65535) {
      throw bad(host + ":" + port);
    }
  }

  /**
   * Reads {@code HOST:PORT}, {@code grpc://HOST:PORT} or {@code http://HOST:PORT}, which mean the
   * same, or {@code grpcs://} and {@code https://}, which ask for encryption; an IPv6 address
   * stands in brackets.
   */
  public static Endpoint parse(String text) {
    String plain = text.replaceFirst("^(grpc|http)s?://", "");
    boolean tls = text.startsWith("grpcs://") || text.startsWith("https://");
    try {
      URI uri = URI.create("grpc://" + plain);
      String host = uri.getHost();
      boolean more = uri.getRawPath() != null && !uri.getRawPath().isEmpty();
      if (host == null || uri.getPort() < 0 || more || uri.getRawUserInfo() != null) {
        throw bad(text);
      }
      return new Endpoint(host.replace("[", "").replace("]", ""), uri.getPort(), tls);
    } catch (IllegalArgumentException e) {
      throw bad(text);
    }
  }

  /** Whether only this machine can reach it. */
  public boolean isLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** The same host with another port. */
  public Endpoint withPort(int other) {
    return new Endpoint(host, other, tls);
  }

  /** {@code host:port}, without what is said of encryption. */
  String authority() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /** {@code host:port} or {@code grpcs://host:port}, as {@link #parse} reads it. */
  @Override
  public String toString() {
    return tls ? "grpcs://" + authority() : authority();
  }

  private static TierException bad(String text) {
    return new TierException(
        Kind.INVALID,
        "address '" + text + "' is wrong; expected HOST:PORT, for example localhost:8001");
  }
}
