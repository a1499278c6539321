package org.scalpel.lab;

import java.util.List;
import org.scalpel.cost.Load;
import org.scalpel.cost.Network;
import org.scalpel.cost.ProblemBuilder;
import org.scalpel.cost.Profile;
import org.scalpel.plan.PlanTensor;
import org.scalpel.plan.Problem;

/**
 * Device, link and server of the experiment on early exits. The device is slowed down so that the
 * whole model takes at least {@link #LEAST_MS} there; that is declared, and the same for all
 * schemes.
 */
record EddiWorld(ExitSubject subject, double slowdown) {
  static final List<String> TIERS = List.of("device", "edge");
  static final double LEAST_MS = 100;

  /** The networks of the papers, and two faster ones. */
  static final List<Network.LinkSpec> LINKS =
      List.of(
          new Network.LinkSpec("cat1", 0.13, 0.25, 100),
          new Network.LinkSpec("3g", 1.1, 2.03, 60),
          new Network.LinkSpec("4g", 5.85, 13.76, 40),
          new Network.LinkSpec("wifi", 18.88, 54.97, 5),
          new Network.LinkSpec("50", 50, 50, 5),
          new Network.LinkSpec("100", 100, 100, 5));

  /** For a rehearsal. */
  static final List<Network.LinkSpec> FEW = List.of(LINKS.get(1), LINKS.get(3));

  /** The world of a subject: the smallest whole slow-down that is enough. */
  static EddiWorld of(ExitSubject subject) {
    boolean[] needed =
        subject.declared().needed(subject.kernels(), subject.declared().exits().size() - 1);
    Profile rested = subject.profile().under(Load.LIGHT);
    double whole = rested.sessionMs();
    for (int kernel = 0; kernel < needed.length; kernel++) {
      whole += needed[kernel] ? rested.kernelMs(kernel) : 0;
    }
    return new EddiWorld(subject, Math.ceil(LEAST_MS / whole));
  }

  static Network.LinkSpec link(String name) {
    return LINKS.stream().filter(link -> link.name().equals(name)).findFirst().orElseThrow();
  }

  /**
   * What schemes choose from over this link with a server so much slower than this machine: the
   * picture travels as pixels or as the file that it came as, tensors as they are or by any
   * lossless codec.
   */
  ExitSchemes schemes(Network.LinkSpec link, double edge) {
    return new ExitSchemes(new ExitWays(subject, problem(link, edge)));
  }

  /** The same as in the papers: pixels, a byte for each, and tensors as they are. */
  ExitSchemes plainSchemes(Network.LinkSpec link, double edge) {
    Problem of = problem(link, edge);
    List<PlanTensor> tensors =
        of.tensors().stream()
            .map(tensor -> tensor.withCodecs(tensor.ways().subList(0, 1)))
            .toList();
    return new ExitSchemes(
        new ExitWays(
            subject,
            new Problem(of.name(), of.tiers(), of.layers(), tensors, of.links(), of.options())));
  }

  private Problem problem(Network.LinkSpec link, double edge) {
    Profile profile = subject.profile();
    return new ProblemBuilder(subject.kernels(), Load.LIGHT)
        .tier(TIERS.get(0), profile.withSlowdown(slowdown))
        .tier(TIERS.get(1), profile.withSlowdown(edge))
        .build(new Network(List.of(link)));
  }
}
