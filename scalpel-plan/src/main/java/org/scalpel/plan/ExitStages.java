package org.scalpel.plan;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Behind which exit each layer stands. Exits are nested, so at every operating point a layer behind
 * a later exit is reached at most as often: layers with the same reach at all points belong
 * together, and the groups follow each other.
 */
public final class ExitStages {
  private ExitStages() {}

  /**
   * For every layer the number of exits before it: 0 for what every request runs.
   *
   * @throws ProblemException if the problem has no exits, or more groups than exits
   */
  public static int[] of(Problem problem) {
    List<Exits.Point> points = ExitFrontier.points(problem);
    List<double[]> groups =
        problem.layers().stream()
            .map(layer -> reaches(points, layer.name()))
            .sorted(Comparator.comparingDouble((double[] all) -> -Arrays.stream(all).sum()))
            .collect(
                java.util.ArrayList::new,
                (list, next) -> {
                  if (list.stream().noneMatch(known -> Arrays.equals(known, next))) {
                    list.add(next);
                  }
                },
                java.util.ArrayList::addAll);
    boolean always = groups.stream().anyMatch(all -> Arrays.stream(all).allMatch(r -> r == 1));
    int exits = problem.options().exits().orElseThrow().names().size();
    int first = always ? 0 : 1;
    if (groups.size() + first > exits) {
      throw new ProblemException(
          "exits: expected layers of at most "
              + exits
              + " kinds by reach (one before each exit), found "
              + (groups.size() + first));
    }
    return problem.layers().stream()
        .mapToInt(layer -> first + index(groups, reaches(points, layer.name())))
        .toArray();
  }

  private static double[] reaches(List<Exits.Point> points, String layer) {
    return points.stream().mapToDouble(p -> p.reach().getOrDefault(layer, 1.0)).toArray();
  }

  private static int index(List<double[]> groups, double[] reach) {
    int found = 0;
    while (!Arrays.equals(groups.get(found), reach)) {
      found++;
    }
    return found;
  }
}
