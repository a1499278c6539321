package org.scalpel.testbed;

import java.net.InetSocketAddress;

/** A TCP link of a stated rate and delay between two programs of one machine. */
public final class LinkProxy implements AutoCloseable {

  private LinkProxy() {}

  /** Listens and forwards until closed. */
  public static LinkProxy start(LinkProxyConfig config) {
    throw new TestbedException("link proxy " + config.name() + " is not built yet");
  }

  /** Where clients connect. */
  public InetSocketAddress address() {
    throw new TestbedException("not built yet");
  }

  /** The link as it is now. */
  public LinkShape shape() {
    throw new TestbedException("not built yet");
  }

  /** Changes rate and delay for everything not yet sent. */
  public void shape(LinkShape shape) {
    throw new TestbedException("not built yet");
  }

  /** Breaks the link: open connections are reset and new ones refused until {@link #restore}. */
  public void cut() {}

  /** Nothing passes and nobody is told, until {@link #restore}. */
  public void stall() {}

  /** Ends a cut or a stall. */
  public void restore() {}

  /** Resets every open connection once; new ones are welcome. */
  public void reset() {}

  /** Payload bytes delivered towards the target so far. */
  public long bytesUp() {
    return 0;
  }

  /** Payload bytes delivered back so far. */
  public long bytesDown() {
    return 0;
  }

  @Override
  public void close() {}
}
