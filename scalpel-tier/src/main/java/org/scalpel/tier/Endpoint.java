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
 */
public record Endpoint(String host, int port) {
  /** Checks both. */
  public Endpoint {
    if (host.isBlank() || port < 0 || port > 65535) {
      throw bad(host + ":" + port);
    }
  }

  /**
   * Reads {@code HOST:PORT}, {@code grpc://HOST:PORT} or {@code http://HOST:PORT}, which mean the
   * same; an IPv6 address stands in brackets.
   */
  public static Endpoint parse(String text) {
    String plain = text.replaceFirst("^(grpc|http)://", "");
    try {
      URI uri = URI.create("grpc://" + plain);
      String host = uri.getHost();
      boolean more = uri.getRawPath() != null && !uri.getRawPath().isEmpty();
      if (host == null || uri.getPort() < 0 || more || uri.getRawUserInfo() != null) {
        throw bad(text);
      }
      return new Endpoint(host.replace("[", "").replace("]", ""), uri.getPort());
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
    return new Endpoint(host, other);
  }

  /** {@code host:port}, as {@link #parse} reads it. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  private static TierException bad(String text) {
    return new TierException(
        Kind.INVALID,
        "address '" + text + "' is wrong; expected HOST:PORT, for example localhost:8001");
  }
}
