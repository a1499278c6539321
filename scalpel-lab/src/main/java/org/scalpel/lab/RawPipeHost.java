package org.scalpel.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;

/**
 * A {@link RawPipe} as a process of its own: {@code RawPipeHost ADDRESS [SPINNERS]}. It ends when
 * its standard input does. Spinners are threads that do nothing but take processor time.
 */
final class RawPipeHost {
  private RawPipeHost() {}

  /** Listens on any port of the address and says which. */
  @SuppressWarnings("SystemOut") // The ready line is for the process that started this one.
  public static void main(String[] args) throws IOException {
    int spinners = args.length > 1 ? Integer.parseInt(args[1]) : 0;
    for (int i = 0; i < spinners; i++) {
      Thread thread = new Thread(RawPipeHost::spin, "spinner");
      thread.setDaemon(true);
      thread.start();
    }
    try (RawPipe pipe = new RawPipe(InetAddress.getByName(args[0]))) {
      System.out.println("ready on " + args[0] + ":" + pipe.address().getPort());
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }

  private static void spin() {
    while (!Thread.currentThread().isInterrupted()) {
      Thread.onSpinWait();
    }
  }
}
