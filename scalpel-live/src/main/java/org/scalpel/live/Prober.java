package org.scalpel.live;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.scalpel.tier.LinkState;
import org.scalpel.tier.TierClient;
import org.scalpel.tier.TierException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends something over links that no request has shown for a while: a plan that does not use a link
 * would never learn that it became better. Takes a twentieth of a link's time at most. A link
 * behind the first is probed by the tier in front of it.
 */
final class Prober implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Prober.class);
  private static final long LOOK_MS = 250;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  // Beats tell of rates twenty times a second, and two must agree.
  private static final long CHANGED_NS = 500_000_000;
  private static final LinkState GONE = new LinkState(Double.NaN, Double.NaN, Double.NaN, true, 0);

  private final TierClient neighbour;
  private final List<ProbeTurns> turns;
  private final ScheduledExecutorService clock;

  private Prober(TierClient neighbour, int links) {
    this.neighbour = neighbour;
    long now = System.nanoTime();
    this.turns = Stream.generate(() -> new ProbeTurns(now)).limit(links).toList();
    // A link that takes long must not keep the others waiting.
    this.clock =
        Executors.newScheduledThreadPool(
            links,
            task -> {
              Thread thread = new Thread(task, "scalpel-probe");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Probes the first so many links from here on. */
  static Prober start(TierClient neighbour, int links) {
    Prober prober = new Prober(neighbour, links);
    for (int k = 0; k < links; k++) {
      int link = k;
      var unused =
          prober.clock.scheduleWithFixedDelay(
              () -> prober.look(link), LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    }
    return prober;
  }

  private LinkState state(int link) {
    List<LinkState> links = neighbour.links();
    boolean cut = links.stream().limit(link).anyMatch(LinkState::lost);
    // What is behind a lost link cannot be asked, and a link that no beat has named is not there.
    return link < links.size() && !cut ? links.get(link) : GONE;
  }

  private void look(int link) {
    try {
      OptionalInt bytes = turns.get(link).due(state(link), System.nanoTime());
      if (bytes.isPresent()) {
        try {
          probe(link, bytes.getAsInt());
        } finally {
          turns.get(link).sent(state(link), System.nanoTime());
        }
      }
    } catch (TierException e) {
      LOG.debug("probe of link {}: {}", link, e.getMessage());
    } catch (RuntimeException e) {
      // A look that throws would be the last one.
      LOG.warn("probing link {} failed", link, e);
    }
  }

  /** While it goes much quicker than the known rate allows, more follow: the link has changed. */
  private void probe(int link, int first) {
    long until = System.nanoTime() + CHANGED_NS;
    int bytes = first;
    do {
      double took = neighbour.probe(link, bytes, LIMIT);
      LinkState seen = state(link);
      if (!ProbeTurns.isNews(seen, bytes, took)) {
        return;
      }
      bytes = ProbeTurns.following(seen, bytes, took);
    } while (System.nanoTime() < until);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
