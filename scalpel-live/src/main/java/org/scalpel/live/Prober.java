package org.scalpel.live;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.scalpel.tier.LinkState;
import org.scalpel.tier.TierClient;
import org.scalpel.tier.TierException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends something over a link that no request has shown for a while: a plan that does not use it
 * would never learn that it became better. Takes a twentieth of the link's time at most.
 */
final class Prober implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Prober.class);
  private static final int BYTES = 96 << 10;
  private static final long LOOK_MS = 250;
  private static final double LEAST_SECONDS = 2;
  private static final double MOST_SECONDS = 120;
  private static final double LINK_TIME = 20;
  // Beats tell of rates twenty times a second, and two must agree.
  private static final long CHANGED_NS = 500_000_000;
  private static final double QUICK = 0.7;

  private final TierClient neighbour;
  private final ScheduledExecutorService clock;
  private long samples = -1;
  private long seenAt = System.nanoTime();

  private Prober(TierClient neighbour) {
    this.neighbour = neighbour;
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "scalpel-probe");
              thread.setDaemon(true);
              return thread;
            });
  }

  static Prober start(TierClient neighbour) {
    Prober prober = new Prober(neighbour);
    var unused =
        prober.clock.scheduleWithFixedDelay(prober::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    return prober;
  }

  private void look() {
    try {
      List<LinkState> links = neighbour.links();
      LinkState link = links.isEmpty() ? LinkState.UNKNOWN : links.get(0);
      long now = System.nanoTime();
      if (link.samples() != samples) {
        samples = link.samples();
        seenAt = now;
      }
      double quiet = (now - seenAt) / 1e9;
      if (!link.lost() && quiet > pauseSeconds(link.upMbps())) {
        seenAt = now;
        probe();
      }
    } catch (TierException e) {
      LOG.debug("probe: {}", e.getMessage());
    } catch (RuntimeException e) {
      // A look that throws would be the last one.
      LOG.warn("probing failed", e);
    }
  }

  /** While it goes much quicker than the known rate allows, more follow: the link has changed. */
  private void probe() {
    long until = System.nanoTime() + CHANGED_NS;
    while (System.nanoTime() < until) {
      long begun = System.nanoTime();
      neighbour.probe(BYTES, Duration.ofSeconds((long) MOST_SECONDS));
      double took = (System.nanoTime() - begun) / 1e9;
      double mbps = neighbour.links().stream().findFirst().orElse(LinkState.UNKNOWN).upMbps();
      if (took >= QUICK * BYTES * 8 / (mbps * 1e6)) {
        return;
      }
    }
  }

  private static double pauseSeconds(double mbps) {
    if (Double.isNaN(mbps)) {
      return LEAST_SECONDS;
    }
    double takes = BYTES * 8 / (mbps * 1e6);
    return Math.min(MOST_SECONDS, Math.max(LEAST_SECONDS, LINK_TIME * takes));
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
