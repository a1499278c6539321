package org.scalpel.app;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.scalpel.cost.Network;
import org.scalpel.testbed.LinkProxy;
import org.scalpel.testbed.LinkProxyConfig;
import org.scalpel.testbed.LinkShape;

/** A link of a planned network, emulated in front of a tier on this machine. */
public final class EmulatedLink {
  private EmulatedLink() {}

  /** What a link is like, as the planner's network has it. */
  public static LinkShape shape(Network.LinkSpec spec) {
    return new LinkShape(spec.upMbps(), spec.downMbps(), spec.rttMs());
  }

  /** In front of what listens on a loopback port. */
  public static LinkProxy start(String name, int port, LinkShape shape) {
    InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    return LinkProxy.start(LinkProxyConfig.loopback(name, target, shape));
  }

  /** Where the tier before it connects to. */
  public static String address(LinkProxy link) {
    return TierCommand.HOST + ":" + link.address().getPort();
  }
}
