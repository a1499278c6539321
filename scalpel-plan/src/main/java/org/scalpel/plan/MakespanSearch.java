package org.scalpel.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The least makespan over single layers, from cut vertex to cut vertex: a shortest way over the
 * tiers of the cut vertices. A stretch that stays on one tier takes the sum of its layers, exactly;
 * one that goes from tier i to j is a problem of its own and is looked into only when the way that
 * is shortest by lower bounds uses it. When nothing on that way is left to look into, its length is
 * the bound, and the shortest way by what was found is the plan.
 */
final class MakespanSearch {
  private static final double CLOSED = 1e-7;
  private static final double LEAST_SECONDS = 0.05;
  private static final int ROUNDS_WORK = 4_000;
  private static final int MOVES_WORK = 30_000;

  /** Beyond so many layers CP-SAT has no chance, and its model no room. */
  private static final int MOST_LAYERS = 5_000;

  private final Setup setup;
  private final Instance in;
  private final int[] pinned;
  private final List<Stage> stages = new ArrayList<>();

  double bound;
  double value = Double.POSITIVE_INFINITY;

  /** The plan that goes with the value. */
  Optional<Scheduled> best = Optional.empty();

  /** One stretch with all its pairs of tiers; the last one has no end and one edge per tier. */
  private static final class Stage {
    final int from;
    final int to;
    final Edge[][] edges;
    Optional<Stretch> stretch = Optional.empty();
    int looks;

    Stage(int from, int to, int tiers) {
      this.from = from;
      this.to = to;
      edges = new Edge[from < 0 ? 1 : tiers][];
    }
  }

  /** A stretch between two tiers: bound, value and tiers found so far. */
  private static final class Edge {
    final Stage stage;
    final int i;
    final int j;
    double bound;
    double value = Double.POSITIVE_INFINITY;

    /** The best of single layers, where layers run in segments. */
    Optional<Scheduled> layers = Optional.empty();

    boolean known;

    /** How often CP-SAT has been asked. */
    int proofs;

    Optional<Found> found = Optional.empty();

    Edge(Stage stage, int i, int j, double bound) {
      this.stage = stage;
      this.i = i;
      this.j = j;
      this.bound = bound;
      known = bound == Double.POSITIVE_INFINITY;
    }

    boolean open() {
      return bound < value * (1 - CLOSED);
    }
  }

  /** What was found for a stretch. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Found(int[] tierOf, int[] slot, Starts starts) {}

  MakespanSearch(Setup setup) {
    this.setup = setup;
    in = setup.in();
    pinned = in.pinned(setup.request().limits().pins());
    Blocks blocks = new Blocks(in);
    MakespanBound quick = new MakespanBound(setup, blocks);
    int from = -1;
    for (int to : blocks.cutPositions) {
      stages.add(between(quick, from, to));
      from = to;
    }
    Stage rest = new Stage(from, -1, in.tiers);
    for (int i = 0; i < rest.edges.length; i++) {
      rest.edges[i] = new Edge[] {new Edge(rest, i, -1, quick.rest(from, i))};
    }
    stages.add(rest);
  }

  private Stage between(MakespanBound quick, int from, int to) {
    Stage stage = new Stage(from, to, in.tiers);
    for (int i = 0; i < stage.edges.length; i++) {
      double[] ends = quick.ends(from, to, i);
      stage.edges[i] = new Edge[in.tiers - i];
      for (int j = i; j < in.tiers; j++) {
        Edge edge = new Edge(stage, i, j, ends[j]);
        stage.edges[i][j - i] = edge;
        if (i == j) {
          edge.value = ends[j];
          edge.known = true;
        }
      }
    }
    return stage;
  }

  /** The heuristic and its bound. */
  MakespanSearch run() {
    boolean found = true;
    while (found) {
      found = lookAround();
    }
    return conclude();
  }

  /** Looks into what is new on the way that is shortest by bounds; true if anything was. */
  private boolean lookAround() {
    boolean found = false;
    for (Edge edge : shortest(true)) {
      if (!edge.known && !setup.isLate()) {
        look(edge);
        found = true;
      }
    }
    return found;
  }

  /**
   * Closes the gap with CP-SAT, stretch by stretch, until {@code seconds} have passed: all that is
   * open on the way first by single layers, which is quick and bounds segments too, then in
   * segments.
   */
  MakespanSearch close(double seconds) {
    long start = System.nanoTime();
    while (true) {
      boolean found = lookAround();
      List<Edge> open =
          shortest(true).stream()
              .filter(edge -> edge.known && edge.open() && edge.proofs < proofs(edge))
              .sorted(
                  Comparator.<Edge>comparingInt(edge -> edge.proofs)
                      .thenComparingDouble(edge -> edge.bound - edge.value))
              .toList();
      double left = seconds - Solutions.since(start) / 1e3;
      if (left <= 0 || (open.isEmpty() && !found)) {
        return conclude();
      }
      if (!open.isEmpty()) {
        Edge edge = open.get(0);
        int more = proofs(edge) - edge.proofs;
        prove(edge, edge.proofs > 0, Math.max(LEAST_SECONDS, left / open.size() / more));
        edge.proofs++;
      }
    }
  }

  /** How many proofs there are for a stretch: by single layers, in segments. */
  private int proofs(Edge edge) {
    Stretch stretch = stretch(edge);
    if (stretch.in.layers > MOST_LAYERS) {
      return 0;
    }
    return stretch.steps.segmented
            && CpSegments.fits(
                stretch.in, CpSegments.slots(stretch.in, stretch.bounds(edge.i, edge.j)))
        ? 2
        : 1;
  }

  private MakespanSearch conclude() {
    bound = shortest(true).stream().mapToDouble(edge -> edge.bound).sum();
    List<Edge> way = shortest(false);
    if (!way.isEmpty()) {
      value = way.stream().mapToDouble(edge -> edge.value).sum();
      replay(way);
    }
    return this;
  }

  /** Puts what was found for the stretches of a way one after the other. */
  private void replay(List<Edge> way) {
    int[] tierOf = new int[in.layers];
    Scheduled.Slots slots = new Scheduled.Slots(new int[in.layers], new int[in.layers]);
    Starts starts = Starts.of(in);
    double done = 0;
    for (int s = 0; s < way.size(); s++) {
      Edge edge = way.get(s);
      int end = edge.stage.to < 0 ? in.layers - 1 : edge.stage.to;
      double sum = done;
      for (int at = edge.stage.from + 1; at <= end; at++) {
        int v = in.order[at];
        tierOf[v] = edge.i;
        slots.stretch()[v] = s;
        starts.layer()[v] = sum;
        sum += in.compute[v * in.tiers + edge.i];
      }
      if (edge.found.isPresent()) {
        copy(edge, tierOf, slots.slot(), starts, done);
      }
      done += edge.value;
    }
    Steps steps = setup.steps();
    best =
        Optional.of(
            steps.segmented
                ? Scheduled.replay(in, steps, tierOf, slots, starts)
                : Scheduled.replay(in, steps, tierOf, starts));
  }

  private static void copy(Edge edge, int[] tierOf, int[] slot, Starts whole, double offset) {
    Stretch stretch = edge.stage.stretch.orElseThrow();
    Found found = edge.found.orElseThrow();
    for (int v = edge.stage.from < 0 ? 0 : 1; v < stretch.layerOf.length; v++) {
      tierOf[stretch.layerOf[v]] = found.tierOf[v];
      slot[stretch.layerOf[v]] = found.slot[v];
      whole.layer()[stretch.layerOf[v]] = offset + found.starts.layer()[v];
    }
    int codes = stretch.in.links * 6;
    for (int t = 0; t < stretch.in.tensors; t++) {
      for (int c = 0; c < codes; c++) {
        double start = found.starts.step()[t * codes + c];
        if (!Double.isNaN(start)) {
          whole.step()[stretch.tensorOf[t] * codes + c] = offset + start;
        }
      }
    }
  }

  /**
   * The shortest way by bounds or by values; by values empty if time was up before one was found.
   *
   * @throws InfeasibleException if there is none by bounds
   */
  private List<Edge> shortest(boolean byBound) {
    double[][] least = new double[stages.size() + 1][in.tiers + 1];
    Edge[][] via = new Edge[stages.size() + 1][in.tiers + 1];
    for (double[] row : least) {
      Arrays.fill(row, Double.POSITIVE_INFINITY);
    }
    least[0][0] = 0;
    for (int s = 0; s < stages.size(); s++) {
      for (Edge[] row : stages.get(s).edges) {
        for (Edge edge : row) {
          double length = least[s][edge.i] + (byBound ? edge.bound : edge.value);
          int end = edge.j < 0 ? in.tiers : edge.j;
          if (length < least[s + 1][end]) {
            least[s + 1][end] = length;
            via[s + 1][end] = edge;
          }
        }
      }
    }
    if (least[stages.size()][in.tiers] < Double.POSITIVE_INFINITY) {
      return way(via);
    }
    if (byBound) {
      throw new InfeasibleException(
          "no assignment keeps pins, allowed tiers and links that are down");
    }
    return List.of();
  }

  private List<Edge> way(Edge[][] via) {
    Edge[] way = new Edge[stages.size()];
    int at = in.tiers;
    for (int s = stages.size(); s > 0; s--) {
      way[s - 1] = via[s][at];
      at = way[s - 1].i;
    }
    return Arrays.asList(way);
  }

  private Stretch stretch(Edge edge) {
    Stage stage = edge.stage;
    Stretch stretch =
        stage.stretch.orElseGet(() -> new Stretch(setup, stage.from, stage.to, pinned));
    stage.stretch = Optional.of(stretch);
    return stretch;
  }

  private void look(Edge edge) {
    edge.known = true;
    Stretch stretch = stretch(edge);
    try {
      StretchSearch search = new StretchSearch(stretch, edge.i, edge.j, setup::isLateAfter);
      // Another pair of tiers for the same stretch is less likely to be the one, and there are
      // many.
      int share = 1 << Math.min(edge.stage.looks++, 4);
      int rounds = Math.max(6, Math.min(60, ROUNDS_WORK / stretch.in.layers / share));
      search.run(rounds, Math.max(40, MOVES_WORK / stretch.in.layers / share));
      if (stretch.steps.segmented) {
        new SegmentMoves(stretch, search, share)
            .run()
            .ifPresent(made -> take(edge, stretch.in, made));
        edge.layers = search.best;
      } else {
        search.best.ifPresent(best -> take(edge, stretch.in, best));
      }
      edge.bound = Math.max(edge.bound, Math.min(search.bound, edge.value));
    } catch (InfeasibleException none) {
      edge.bound = Double.POSITIVE_INFINITY;
    }
  }

  private void prove(Edge edge, boolean inSegments, double seconds) {
    Stretch stretch = stretch(edge);
    boolean single = !inSegments && edge.layers.isPresent();
    double most = single ? edge.layers.get().ms() : edge.value;
    CpMakespan.Range range = new CpMakespan.Range(Math.min(edge.bound, most), most);
    CpMakespan model = new CpMakespan(stretch, stretch.bounds(edge.i, edge.j), range, inSegments);
    if (single) {
      model.hint(edge.layers.get().tierOf(), new int[0]);
    } else {
      edge.found.ifPresent(found -> model.hint(found.tierOf, found.slot));
    }
    CpMakespan.Result result = model.solve(seconds);
    if (result.tierOf().length > 0) {
      take(edge, stretch, result);
    }
    edge.bound = Math.max(edge.bound, Math.min(most, result.bound()));
  }

  private static void take(Edge edge, Stretch stretch, CpMakespan.Result result) {
    Instance part = stretch.in;
    int[] tierOf = result.tierOf();
    if (result.segmented()) {
      Scheduled.Slots slots = new Scheduled.Slots(new int[part.layers], result.slot());
      take(edge, part, Scheduled.replay(part, stretch.steps, tierOf, slots, result.starts()));
    } else if (!stretch.steps.segmented) {
      take(edge, part, Scheduled.replay(part, stretch.steps, tierOf, result.starts()));
    }
    take(edge, part, SegmentSearch.best(part, stretch.steps, tierOf));
  }

  private static void take(Edge edge, Instance part, Scheduled made) {
    if (made.ms() < edge.value) {
      edge.value = made.ms();
      edge.found = Optional.of(new Found(made.tierOf(), made.slots(), Starts.of(part, made)));
    }
  }
}
