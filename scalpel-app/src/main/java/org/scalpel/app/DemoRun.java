package org.scalpel.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.scalpel.cost.Profile;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.cost.Profiler;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.Session;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.tier.Deployment;
import org.scalpel.tier.PlanExecutor;
import org.scalpel.tier.Rehearsal;

/** Starts, profiles, plans, deploys, runs and compares. */
final class DemoRun {
  /** So many requests that count run one after the other before the next plan's turn. */
  private static final int TURN = 4;

  // Latency is of single requests: between two of them everything is idle for a while.
  private static final Duration PAUSE = Duration.ofMillis(30);

  private static final Duration REHEARSAL = Duration.ofSeconds(5);

  /** How much is measured. */
  record Effort(int repetitions, Duration profiling) {
    static final Effort QUICK = new Effort(5, Duration.ofSeconds(2));

    /** For each plan, with those that do not count. */
    long requests() {
      return repetitions + (repetitions + TURN - 1L) / TURN;
    }

    static Effort of(int repetitions) {
      if (repetitions < 1 || repetitions > 10_000) {
        throw new UserException("--repetitions: expected 1 to 10000, found " + repetitions);
      }
      return new Effort(repetitions, Duration.ofSeconds(6));
    }
  }

  /** Everything that was found. */
  record Result(
      ModelProblem model,
      List<DemoRow> rows,
      String answer,
      DemoWorld world,
      Map<String, TensorFact> facts) {
    DemoRow row(String name) {
      return rows.stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
    }

    List<String> tiers() {
      return world.tiers();
    }

    boolean agree() {
      return rows.stream().allMatch(row -> row.lossy() || row.verification().agrees());
    }

    double maxRelDiff() {
      return rows.stream()
          .filter(row -> !row.lossy())
          .mapToDouble(row -> row.verification().maxRel())
          .max()
          .orElse(0);
    }
  }

  private final Console console;
  private final DemoSubject subject;
  private final DemoWorld world;
  private final Effort effort;
  private final long seed;

  DemoRun(Console console, DemoSubject subject, DemoWorld world, Effort effort, long seed) {
    this.console = console;
    this.subject = subject;
    this.world = world;
    this.effort = effort;
    this.seed = seed;
  }

  /**
   * Runs the whole demo.
   *
   * @param folder for models and logs
   */
  Result run(Path folder) {
    console.note("starting " + String.join(", ", world.words()));
    try (Engine engine = new Engine(EngineOptions.DEFAULT);
        DemoTestbed testbed = DemoTestbed.start(folder, world)) {
      Rehearsal.run(REHEARSAL);
      KernelGraph kernels = engine.kernels(subject.model());
      Map<String, TensorFact> facts = engine.facts(subject.model(), subject.tensors());
      Map<String, Profile> profiles = profiles(engine, testbed, kernels);
      DemoPlans plans = DemoPlans.of(kernels, profiles, world.network());
      ModelProblem problem = new ModelProblem(kernels, profiles, world.network(), plans.problem());
      List<DemoRow> rows = new ArrayList<>();
      plans.all().forEach((name, plan) -> rows.add(new DemoRow(name, plan, world.tiers())));
      measure(testbed, rows, kernels, facts);
      Map<String, TensorData> whole = whole(engine);
      rows.forEach(row -> row.verify(whole));
      return new Result(problem, rows, subject.answer().apply(whole), world, facts);
    }
  }

  private Map<String, TensorData> whole(Engine engine) {
    try (Session session = engine.open(subject.model())) {
      return session.run(subject.tensors());
    }
  }

  private Map<String, Profile> profiles(Engine engine, DemoTestbed testbed, KernelGraph kernels) {
    ProfileOptions options =
        new ProfileOptions(effort.profiling(), seed, List.of(subject.picture()));
    Map<String, Profile> profiles = new LinkedHashMap<>();
    for (DemoWorld.Machine machine : world.machines()) {
      try (Progress progress = console.progress("profiling " + machine.name(), 100)) {
        profiles.put(
            machine.name(),
            machine.equals(world.device())
                ? new Profiler(engine)
                    .profile(kernels, subject.tensors(), options, progress::at)
                    .withSlowdown(machine.slowdown())
                : RemoteProfile.of(testbed.direct(machine.name()), progress)
                    .profile(kernels, subject.tensors(), options));
      }
    }
    return profiles;
  }

  private void measure(
      DemoTestbed testbed, List<DemoRow> rows, KernelGraph kernels, Map<String, TensorFact> facts) {
    List<PlanExecutor> executors = new ArrayList<>();
    try (Progress progress = console.progress("deploying", rows.size())) {
      for (DemoRow row : rows) {
        Deployment deployment = Deployment.of(kernels, facts, world.tiers(), row.partition());
        executors.add(testbed.device().prepare(deployment));
        progress.step();
      }
    }
    try (Progress progress = console.progress("running", effort.requests() * rows.size())) {
      for (int done = 0; done < effort.repetitions(); done += TURN) {
        for (int plan = 0; plan < rows.size(); plan++) {
          PlanExecutor executor = executors.get(plan);
          // The first of a turn finds caches that the other plans have filled, which on machines
          // that serve one plan do not exist; it does not count.
          executor.execute(subject.request()).release();
          progress.step();
          for (int i = done; i < Math.min(done + TURN, effort.repetitions()); i++) {
            LockSupport.parkNanos(PAUSE.toNanos());
            rows.get(plan).add(executor.execute(subject.request()));
            progress.step();
          }
        }
      }
    }
  }
}
