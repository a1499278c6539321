package org.scalpel.live;

import java.util.ArrayList;
import java.util.List;
import org.scalpel.cost.Network;
import org.scalpel.cost.Network.LinkSpec;
import org.scalpel.tier.LinkState;

/**
 * The world as it is now, as far as plans depend on it.
 *
 * @param links between neighbouring tiers, from the device on; a lost one has rate 0
 * @param factors how much slower than its profile every tier computes
 */
public record Situation(List<LinkSpec> links, List<Double> factors) {
  /** Copies. */
  public Situation {
    links = List.copyOf(links);
    factors = List.copyOf(factors);
  }

  /** What is seen, and where nothing is seen yet what was named. */
  static Situation of(Network named, List<LinkState> seen, List<Double> factors) {
    List<LinkSpec> links = new ArrayList<>();
    boolean reachable = true;
    for (int k = 0; k < named.links().size(); k++) {
      LinkSpec nominal = named.links().get(k);
      LinkState state = k < seen.size() ? seen.get(k) : LinkState.UNKNOWN;
      reachable &= !state.lost();
      links.add(reachable ? measured(nominal, state) : lost(nominal));
    }
    return new Situation(links, factors);
  }

  private static LinkSpec measured(LinkSpec nominal, LinkState state) {
    double up = Double.isNaN(state.upMbps()) ? nominal.upMbps() : state.upMbps();
    // A link whose answers are short is seen one way only: both ways change together.
    double down =
        Double.isNaN(state.downMbps())
            ? nominal.downMbps() * up / nominal.upMbps()
            : state.downMbps();
    double rtt = Double.isNaN(state.rttMs()) ? nominal.rttMs() : state.rttMs();
    return new LinkSpec(nominal.name(), up, down, rtt);
  }

  private static LinkSpec lost(LinkSpec nominal) {
    return new LinkSpec(nominal.name(), 0, 0, nominal.rttMs());
  }

  /** The same with everything from this link on lost. */
  Situation without(int link) {
    List<LinkSpec> rest = new ArrayList<>(links);
    for (int k = link; k < links.size(); k++) {
      rest.set(k, lost(links.get(k)));
    }
    return new Situation(rest, factors);
  }

  /** What changed so much that another plan may be better, in words; empty when nothing did. */
  String changedSince(Situation before, double tolerance) {
    for (int k = 0; k < links.size(); k++) {
      LinkSpec now = links.get(k);
      LinkSpec then = before.links.get(k);
      if ((now.upMbps() == 0) != (then.upMbps() == 0)) {
        return "link " + now.name() + (now.upMbps() == 0 ? " is lost" : " is back");
      }
      if (differ(now.upMbps(), then.upMbps(), tolerance)
          || differ(now.downMbps(), then.downMbps(), tolerance)) {
        return "link %s carries %.2f Mbit/s up, %.2f down"
            .formatted(now.name(), now.upMbps(), now.downMbps());
      }
      if (Math.abs(now.rttMs() - then.rttMs()) > Math.max(2, then.rttMs() * tolerance)) {
        return "link %s takes %.1f ms there and back".formatted(now.name(), now.rttMs());
      }
    }
    for (int t = 0; t < factors.size(); t++) {
      if (differ(factors.get(t), before.factors.get(t), tolerance)) {
        return "tier %d takes %.2f times its profile".formatted(t, factors.get(t));
      }
    }
    return "";
  }

  private static boolean differ(double left, double right, double tolerance) {
    return Math.abs(left - right) > tolerance * Math.max(Math.abs(right), 1e-9);
  }
}
