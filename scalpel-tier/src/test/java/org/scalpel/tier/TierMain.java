package org.scalpel.tier;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A tier in a process of its own: NAME LISTEN STORE [NEXT or -] [SLOWDOWN]. Ends with its parent,
 * or on a signal as {@code serve} does.
 */
final class TierMain {
  private TierMain() {}

  /** Prints its address when it is ready. */
  public static void main(String[] args) throws IOException {
    TierConfig.Builder config = TierConfig.builder(args[0]).listen(args[1]).store(Path.of(args[2]));
    if (args.length > 3 && !args[3].equals("-")) {
      config.next(args[3]);
    }
    if (args.length > 4) {
      config.slowdown(Double.parseDouble(args[4]));
    }
    try (TierServer server = TierServer.start(config.build())) {
      server.drainOnSignal();
      System.out.println("ready " + server.address());
      while (System.in.read() >= 0) {
        // Lives as long as its parent.
      }
    }
  }
}
