package org.scalpel.tier;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.Arrays;
import org.scalpel.control.PingRequest;

/**
 * Finds a link's rates from the time of messages of growing size, on one clock. A size is large
 * enough when its transfer takes much longer than the round trip; then the median of a few counts.
 */
final class LinkProbe {
  private static final int ROUNDS = 9;
  private static final int REPEATS = 3;
  private static final int FIRST_BYTES = 32 << 10;
  private static final double LONG_ENOUGH_MS = 60;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final TierClient tier;
  private long bytes;

  LinkProbe(TierClient tier) {
    this.tier = tier;
  }

  LinkMeasurement measure() {
    ping(0, 0);
    double rtt = median(ROUNDS, 0, 0);
    double up = rate(rtt, true);
    double down = rate(rtt, false);
    return new LinkMeasurement(up, down, rtt, bytes);
  }

  private double rate(double rttMs, boolean up) {
    int size = FIRST_BYTES;
    while (true) {
      // The first of a size opens TCP's window and does not count.
      double once = ping(up ? size : 0, up ? 0 : size) - rttMs;
      int larger = size * 4;
      if (once >= LONG_ENOUGH_MS || larger > ControlService.MOST_PING_BYTES / 2) {
        double ms = median(REPEATS, up ? size : 0, up ? 0 : size) - rttMs;
        return size * 8 / 1e3 / Math.max(ms, 1e-3);
      }
      size = larger;
    }
  }

  private double median(int times, int upBytes, int downBytes) {
    double[] all = new double[times];
    for (int i = 0; i < times; i++) {
      all[i] = ping(upBytes, downBytes);
    }
    Arrays.sort(all);
    return all[times / 2];
  }

  private double ping(int upBytes, int downBytes) {
    PingRequest request =
        PingRequest.newBuilder()
            .setPayload(ByteString.copyFrom(new byte[upBytes]))
            .setAnswerBytes(downBytes)
            .build();
    bytes += upBytes + downBytes;
    long start = System.nanoTime();
    tier.control(LIMIT, stub -> stub.ping(request));
    return (System.nanoTime() - start) / 1e6;
  }
}
