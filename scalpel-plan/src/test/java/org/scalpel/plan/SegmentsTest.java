package org.scalpel.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Makespans of real plans: segments that release their outputs when they end; their timelines. */
class SegmentsTest {
  private static final Request MAKESPAN =
      Request.of(Objective.MAKESPAN).withTimeLimit(Duration.ofSeconds(5));

  private static Problem sessions(Problem problem, double ms) {
    List<Tier> tiers = problem.tiers().stream().map(tier -> tier.withSessionMs(ms)).toList();
    return new Problem(
        problem.name(),
        tiers,
        problem.layers(),
        problem.tensors(),
        problem.links(),
        problem.options());
  }

  /** One layer's result is wanted early elsewhere, while its tier has more to do. */
  private static Problem early() {
    List<PlanLayer> layers =
        List.of(
            PlanLayer.of("first", 10.0, 100.0).withAllowed(List.of(0)),
            PlanLayer.of("here", 40.0, 400.0).withAllowed(List.of(0)),
            PlanLayer.of("there", 400.0, 30.0).withAllowed(List.of(1)),
            PlanLayer.of("join", 1.0, 1.0).withAllowed(List.of(1)));
    List<PlanTensor> tensors =
        List.of(
            PlanTensor.input("in", List.of(0), 1_000),
            PlanTensor.of("x", 0, List.of(1, 2), 10_000),
            PlanTensor.of("y", 1, List.of(3), 1_000),
            PlanTensor.of("z", 2, List.of(3), 1_000),
            PlanTensor.of("out", 3, List.of(), 0).asOutput());
    List<Tier> tiers = List.of(Tier.of("device"), Tier.of("cloud"));
    return Problem.of("early", tiers, layers, tensors, List.of(Link.of(8, 8, 0)));
  }

  @Test
  void aTierIsCutWhereOthersWaitForItsResult() {
    Plan plan = Planner.plan(sessions(early(), 1), MAKESPAN);
    // 10 first, 1 more session, 40 here, 1 to send, 1 more session in the cloud, 1 join
    assertThat(plan.valueMs()).isCloseTo(54, within(1e-9));
    assertThat(plan.main().timeline().segments())
        .extracting(Timeline.Segment::tier)
        .containsExactly("device", "device", "cloud", "cloud");
  }

  @Test
  void aDearSessionIsNotWorthACut() {
    Plan plan = Planner.plan(sessions(early(), 1_000), MAKESPAN);
    assertThat(plan.main().timeline().segments()).hasSize(2);
    // 10 + 40, x and y sent one after the other, 30 + 1
    assertThat(plan.valueMs()).isCloseTo(50 + 11 + 31, within(1e-9));
  }

  @Test
  void withoutSessionsLayersRunOneByOne() {
    Plan plan = Planner.plan(early(), MAKESPAN);
    assertThat(plan.valueMs()).isCloseTo(10 + 40 + 1 + 1, within(1e-6));
    assertThat(plan.main().timeline().segments()).isEmpty();
  }

  @Test
  void segmentsEqualEveryWayToCutOrSlightlyLess() {
    int missed = 0;
    for (int i = 0; i < 200; i++) {
      // Five layers can have so many orders and cuts that a single problem takes seconds.
      int layers = i % 40 == 0 ? 5 : 2 + i % 3;
      Problem problem = sessions(new RandomProblems(i).next(layers, 2 + i % 2), 0.5);
      Instance in = new Instance(problem);
      Crossings crossings = new Crossings(in, Prices.of(problem), Double.POSITIVE_INFINITY);
      Steps steps = new Steps(in, crossings);
      double[] best = {Double.POSITIVE_INFINITY};
      new Reference(problem)
          .least(Map.of(), tierOf -> best[0] = Math.min(best[0], every(in, steps, tierOf)));
      Plan plan = Planner.plan(problem, MAKESPAN);
      assertThat(plan.boundMs()).as("bound of " + i).isLessThanOrEqualTo(best[0] + 1e-6);
      assertThat(plan.valueMs()).as("value of " + i).isGreaterThanOrEqualTo(best[0] - 1e-6);
      missed += plan.valueMs() > best[0] * 1.01 + 1e-6 ? 1 : 0;
    }
    assertThat(missed).as("problems more than 1 % from the best").isLessThanOrEqualTo(2);
  }

  /** Every order of the layers, cut everywhere it can be, each cut made or not. */
  private static double every(Instance in, Steps steps, int[] tierOf) {
    double least = Double.POSITIVE_INFINITY;
    for (int[] order : orders(in)) {
      int first = firsts(order, tierOf);
      for (int cuts = 0; cuts < 1 << in.layers; cuts++) {
        if ((cuts & first) != 0) {
          continue;
        }
        boolean[] breaks = new boolean[in.layers];
        for (int v = 0; v < in.layers; v++) {
          breaks[v] = (cuts >> v & 1) == 1;
        }
        least = Math.min(least, Scheduled.segments(in, steps, tierOf, order, breaks).ms());
      }
    }
    return least;
  }

  /** The layers that come first on their tier, as bits: a cut before them is none. */
  private static int firsts(int[] order, int[] tierOf) {
    int firsts = 0;
    int tiers = 0;
    for (int v : order) {
      if ((tiers >> tierOf[v] & 1) == 0) {
        firsts |= 1 << v;
        tiers |= 1 << tierOf[v];
      }
    }
    return firsts;
  }

  private static List<int[]> orders(Instance in) {
    List<int[]> orders = new ArrayList<>();
    extend(in, new int[in.layers], 0, orders);
    return orders;
  }

  private static void extend(Instance in, int[] order, int count, List<int[]> orders) {
    if (count == in.layers) {
      orders.add(order.clone());
    }
    for (int v = 0; v < in.layers && count < in.layers; v++) {
      if (isNext(in, order, count, v)) {
        order[count] = v;
        extend(in, order, count + 1, orders);
      }
    }
  }

  private static boolean isNext(Instance in, int[] order, int count, int v) {
    List<Integer> placed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      placed.add(order[i]);
    }
    boolean next = !placed.contains(v);
    for (PlanTensor tensor : in.problem.tensors()) {
      if (tensor.consumers().contains(v) && tensor.producer() >= 0) {
        next &= placed.contains(tensor.producer());
      }
    }
    return next;
  }

  @Test
  void timelinesUseEveryResourceForOneThingAtATimeAndEndWithTheValue() {
    for (int i = 0; i < 80; i++) {
      Problem plain = new RandomProblems(300 + i).codecs().next(2 + i % 12, 2 + i % 2);
      Problem problem = i % 3 == 0 ? plain : sessions(plain, 0.25);
      List<String> algorithms =
          i % 10 == 0 ? List.of("overlap", "mincut", "overlap-exact") : List.of("overlap");
      for (String algorithm : algorithms) {
        consistent(problem, Planner.plan(problem, MAKESPAN.withAlgorithm(algorithm)));
      }
    }
  }

  private static void consistent(Problem problem, Plan plan) {
    Timeline timeline = plan.main().timeline();
    Map<String, Double> free = new HashMap<>();
    double rtt = problem.links().stream().mapToDouble(Link::rttMs).sum();
    for (Timeline.Task task : timeline.tasks()) {
      if (task.endMs() > task.startMs()) {
        assertThat(task.startMs())
            .as(task + " in " + timeline)
            .isGreaterThanOrEqualTo(free.getOrDefault(task.resource(), 0.0) - 1e-9);
        free.put(task.resource(), task.endMs());
      }
      assertThat(task.endMs()).isLessThanOrEqualTo(plan.valueMs() + 1e-9);
    }
    double last = timeline.tasks().stream().mapToDouble(Timeline.Task::endMs).max().orElse(0);
    assertThat(plan.valueMs()).isLessThanOrEqualTo(last + rtt / 2 + 1e-9);
    assertThat(plan.main().makespanMs()).isEqualTo(plan.valueMs());
    assertThat(plan.boundMs()).isLessThanOrEqualTo(plan.valueMs());
    if (timeline.segments().isEmpty()) {
      precedence(problem, timeline);
    } else {
      assertThat(timeline.segments().stream().flatMap(s -> s.layers().stream()))
          .containsExactlyInAnyOrderElementsOf(
              problem.layers().stream().map(PlanLayer::name).toList());
    }
  }

  private static void precedence(Problem problem, Timeline timeline) {
    Map<String, Timeline.Task> layers = new HashMap<>();
    timeline.tasks().stream()
        .filter(task -> !task.resource().contains("->") && !task.name().startsWith("codec"))
        .forEach(task -> layers.put(task.name(), task));
    for (PlanTensor tensor : problem.tensors()) {
      for (int reader : tensor.consumers()) {
        if (tensor.producer() >= 0) {
          Timeline.Task made = task(layers, problem, tensor.producer());
          Timeline.Task read = task(layers, problem, reader);
          assertThat(read.startMs()).isGreaterThanOrEqualTo(made.endMs() - 1e-9);
        }
      }
    }
  }

  private static Timeline.Task task(Map<String, Timeline.Task> layers, Problem problem, int layer) {
    return Objects.requireNonNull(layers.get(problem.layers().get(layer).name()));
  }

  @Test
  void plansWithTimelinesSurviveJson() {
    Plan plan = Planner.plan(sessions(early(), 1), MAKESPAN);
    assertThat(PlanJson.read(PlanJson.write(plan), "plan").main().timeline())
        .isEqualTo(plan.main().timeline());
  }
}
