package org.scalpel.testbed;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Where a link proxy listens, where it leads to, and what the link is like at first.
 *
 * @param name appears in messages and thread names
 * @param listen port 0 = any free port
 * @param target may be unreachable now: it is connected to once per accepted connection
 * @param shape the link at first
 */
public record LinkProxyConfig(
    String name, InetSocketAddress listen, InetSocketAddress target, LinkShape shape) {

  /** A proxy on any free loopback port. */
  public static LinkProxyConfig loopback(String name, InetSocketAddress target, LinkShape shape) {
    return new LinkProxyConfig(
        name, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), target, shape);
  }
}
