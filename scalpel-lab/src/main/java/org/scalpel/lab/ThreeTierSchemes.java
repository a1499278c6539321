package org.scalpel.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.cost.Network;
import org.scalpel.cost.ProblemBuilder;
import org.scalpel.cost.Profile;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.Preprocessing;
import org.scalpel.plan.Assignment;
import org.scalpel.plan.Cost;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;

/**
 * Ways to run one model over end device, edge and cloud on one network.
 *
 * <p><b>As the papers do</b> ({@link PictureProblems}): the best partition, by an exact minimum
 * cut, for each proper subset of the tiers (a tier that is not in it only relays), and the two-cut
 * search over all three. <b>With codecs</b>: everything in the cloud, and the best partition.
 */
final class ThreeTierSchemes {
  static final List<String> TIERS = List.of("end", "edge", "cloud");

  /** Declared dilation: a small board, a desktop, this machine. */
  static final List<Double> SLOWDOWNS = List.of(10.0, 3.0, 1.0);

  static final String TWO_CUT = "two-cut";
  static final String LEARNED = "two-cut, predicted";
  static final String PIXELS = "cloud, uint8";
  static final String JPEG = "cloud, JPEG";
  static final String AUTO_PIXELS = "auto, uint8";
  static final String AUTO_JPEG = "auto, JPEG";

  /** The baselines: names, and the tiers that compute. */
  static final Map<String, List<Integer>> SUBSETS = new LinkedHashMap<>();

  static {
    SUBSETS.put("end", List.of(0));
    SUBSETS.put("edge", List.of(1));
    SUBSETS.put("cloud", List.of(2));
    SUBSETS.put("end+edge", List.of(0, 1));
    SUBSETS.put("end+cloud", List.of(0, 2));
    SUBSETS.put("edge+cloud", List.of(1, 2));
  }

  /**
   * One way.
   *
   * @param predictedMs by whoever planned it
   */
  record Scheme(String name, Partition partition, double predictedMs) {
    Scheme(String name, Partition partition) {
      this(name, partition, partition.latencyMs());
    }

    /** How many kernels run on each tier. */
    String cuts() {
      return Cuts.of(partition, TIERS);
    }
  }

  private final KernelGraph kernels;
  private final Optional<Preprocessing> head;
  private final Profile measured;
  private final Network network;

  ThreeTierSchemes(
      KernelGraph kernels, Optional<Preprocessing> head, Profile measured, Network network) {
    this.kernels = kernels;
    this.head = head;
    this.measured = measured;
    this.network = network;
  }

  /**
   * All of them.
   *
   * @param learned the profile that a predictor made up, to plan by as well
   */
  List<Scheme> all(Optional<Profile> learned) {
    PictureProblems forms = forms(measured);
    Problem floats = forms.floats();
    List<Scheme> schemes = new ArrayList<>();
    SUBSETS.forEach(
        (name, tiers) ->
            schemes.add(
                new Scheme(name, best(PictureProblems.within(floats, tiers), Request.AUTO))));
    schemes.add(new Scheme(TWO_CUT, best(floats, TWO_CUT)));
    learned.ifPresent(
        profile -> {
          Partition chosen = best(forms(profile).floats(), TWO_CUT);
          Assignment where = Assignment.of(floats, chosen.assignment());
          schemes.add(new Scheme(LEARNED, Cost.partition(floats, where), chosen.latencyMs()));
        });
    forms.pixelsFar().ifPresent(partition -> schemes.add(new Scheme(PIXELS, partition)));
    forms.fileFar().ifPresent(partition -> schemes.add(new Scheme(JPEG, partition)));
    forms.pixels().ifPresent(p -> schemes.add(new Scheme(AUTO_PIXELS, best(p, Request.AUTO))));
    forms.files().ifPresent(p -> schemes.add(new Scheme(AUTO_JPEG, best(p, Request.AUTO))));
    return schemes;
  }

  private static Partition best(Problem problem, String algorithm) {
    return PictureProblems.best(problem, Request.of(Objective.LATENCY).withAlgorithm(algorithm));
  }

  private PictureProblems forms(Profile profile) {
    return new PictureProblems(kernels, head, problem(profile, false), problem(profile, true));
  }

  private Problem problem(Profile profile, boolean lossy) {
    ProblemBuilder builder = new ProblemBuilder(kernels).lossy(lossy);
    for (int k = 0; k < TIERS.size(); k++) {
      builder.tier(TIERS.get(k), profile.withSlowdown(SLOWDOWNS.get(k)));
    }
    return builder.build(network);
  }
}
