package org.scalpel.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.scalpel.plan.Limits;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Plan;
import org.scalpel.plan.Problem;
import org.scalpel.tier.DeviceTier;
import org.scalpel.tier.LinkState;
import org.scalpel.tier.TierClient;
import org.scalpel.tier.TierException;
import org.scalpel.tier.TierException.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at links and machines and moves new requests to a better plan.
 *
 * <p>Another plan must save a part of the cost ({@link LivePolicy#leastGain}) before anything
 * moves: by the breakpoint table's guarantee an estimate that is wrong by a factor 1+δ costs at
 * most a factor 1+δ, so waiting is cheap and flapping is not. Plans that are best near the present
 * situation are kept ready; a plan that is not is prepared first and used then.
 */
final class Adaptation implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Adaptation.class);
  private static final int SWITCHES_KEPT = 1000;
  // A change of this size is acted on at once, smaller ones so often at most.
  private static final double LARGE = 0.3;
  private static final long SMALL_CHANGES_NS = 1_000_000_000;
  private static final long TUNING_NS = 1_000_000_000;

  private final LiveSetup setup;
  private final DeviceTier device;
  private final Replanner replanner;
  private final WarmPlans warm;
  private final ComputeFactors factors;
  private final long begun = System.nanoTime();
  private final ArrayDeque<Switch> switches = new ArrayDeque<>();
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(daemon("scalpel-look"));
  private final ExecutorService preparing =
      Executors.newSingleThreadExecutor(daemon("scalpel-warm"));
  private final AtomicReference<String> again = new AtomicReference<>("");
  private final Optional<Prober> prober;
  private final AtomicLong moves = new AtomicLong();
  private volatile Situation decided;
  private volatile long decidedAt = System.nanoTime();
  private long tunedAt = System.nanoTime();
  private volatile Route route = new Route(List.of(), List.of(), 1);
  private boolean warming;

  private Adaptation(LiveSetup setup, DeviceTier device) {
    this.setup = setup;
    this.device = device;
    this.replanner = new Replanner(setup);
    this.warm = new WarmPlans(device, setup, replanner);
    this.factors = new ComputeFactors(setup.names());
    this.prober = device.next().map(next -> Prober.start(next, setup.network().links().size()));
    this.decided = situation();
  }

  /**
   * Plans for what is known now, makes that ready, and keeps looking from then on.
   *
   * @throws TierException a tier refuses, or is missing and the device alone is not allowed
   */
  static Adaptation start(LiveSetup setup, DeviceTier device) {
    Adaptation adaptation = new Adaptation(setup, device);
    try {
      adaptation.open();
    } catch (RuntimeException e) {
      adaptation.close();
      throw e;
    }
    return adaptation;
  }

  private void open() {
    Problem problem = replanner.problem(decided);
    Plan plan = replanner.planned(problem);
    try {
      use(prepareAll(plan.partitions()), plan.partitions());
    } catch (TierException e) {
      useAlone(problem, e);
    }
    prepareLikely(problem);
    long every = setup.policy().look().toMillis();
    var unused = looking.scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
  }

  /** Where the tiers behind are not there yet the device begins alone, if that is allowed. */
  private void useAlone(Problem problem, TierException missing) {
    boolean mayCome = missing.kind() == Kind.UNREACHABLE || missing.kind() == Kind.LOST;
    Partition alone =
        (mayCome ? replanner.alone(problem) : Optional.<Partition>empty())
            .orElseThrow(() -> missing);
    LOG.warn("the device works alone until the tiers behind come: {}", missing.getMessage());
    use(prepareAll(List.of(alone)), List.of(alone));
    decided = decided.without(0);
  }

  private static ThreadFactory daemon(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  Route route() {
    return route;
  }

  int ready() {
    return warm.all().size();
  }

  ComputeFactors factors() {
    return factors;
  }

  Situation situation() {
    List<LinkState> seen = device.next().map(TierClient::links).orElse(List.of());
    return Situation.of(setup.network(), seen, factors.now());
  }

  long moves() {
    return moves.get();
  }

  synchronized List<Switch> switches() {
    return List.copyOf(switches);
  }

  /** Looks at once instead of at the next turn: something happened. */
  void poke() {
    looking.execute(this::look);
  }

  /** The plan that is ready and best when everything from a link on is gone. */
  Optional<WarmPlan> without(int link) {
    Problem problem = replanner.problem(situation().without(link));
    return bestReady(problem).filter(b -> b.standing().canRun()).map(Ready::plan);
  }

  private void look() {
    try {
      Situation now = situation();
      String why = now.changedSince(decided, setup.policy().tolerance());
      String ready = again.getAndSet("");
      if (!why.isEmpty() && (isSettled() || !now.changedSince(decided, LARGE).isEmpty())) {
        decide(now, why);
      } else if (!ready.isEmpty()) {
        decide(now, ready);
      } else {
        tune(now);
      }
    } catch (RuntimeException e) {
      // A look that throws would be the last one.
      LOG.warn("looking for a better plan failed", e);
    }
  }

  /** Gives the ways of a mix the shares that fit what they were measured to take. */
  private void tune(Situation now) {
    Route present = route;
    boolean free = setup.request().limits().equals(Limits.NONE);
    if (present.plans().size() < 2 || !free || System.nanoTime() - tunedAt < TUNING_NS) {
      return;
    }
    tunedAt = System.nanoTime();
    Problem problem = replanner.problem(now);
    present
        .tuned(present.plans().stream().map(way -> replanner.loads(problem, way)).toList())
        .ifPresent(better -> route = better);
  }

  /** Small changes are looked into now and then only: most of them are noise. */
  private boolean isSettled() {
    return System.nanoTime() - decidedAt > SMALL_CHANGES_NS;
  }

  private void decide(Situation now, String why) {
    decided = now;
    decidedAt = System.nanoTime();
    Problem problem = replanner.problem(now);
    Standing current = replanner.standing(problem, route.partitions());
    Optional<Plan> best = replanner.plan(problem);
    if (best.isPresent() && isWorth(replanner.standing(problem, best.get()), current)) {
      List<WarmPlan> ready = readyOnes(best.get().partitions());
      if (ready.size() == best.get().partitions().size()) {
        move(new Move(why, ready, best.get().partitions(), best.get().valueMs(), current.value()));
        prepareLikely(problem);
        return;
      }
      prepareThenDecide(best.get().partitions(), why);
    }
    bestReady(problem)
        .filter(b -> isWorth(b.standing(), current))
        .ifPresent(
            b ->
                move(
                    new Move(
                        why,
                        List.of(b.plan()),
                        List.of(b.plan().partition()),
                        b.standing().value(),
                        current.value())));
    prepareLikely(problem);
  }

  private boolean isWorth(Standing better, Standing current) {
    double gain = setup.policy().leastGain();
    return better.isWorthLeaving(current, gain, replanner.deadlineMs() * (1 - gain));
  }

  private record Ready(WarmPlan plan, Standing standing) {}

  private Optional<Ready> bestReady(Problem problem) {
    return warm.all().stream()
        .map(p -> new Ready(p, replanner.standing(problem, List.of(whole(p.partition())))))
        .min(java.util.Comparator.comparing(Ready::standing));
  }

  private static Partition whole(Partition partition) {
    return new Partition(
        1,
        partition.times(),
        partition.assignment(),
        partition.codecs(),
        partition.exits(),
        partition.violations());
  }

  private List<WarmPlan> readyOnes(List<Partition> partitions) {
    return partitions.stream().map(warm::find).flatMap(Optional::stream).toList();
  }

  private record Move(
      String why, List<WarmPlan> plans, List<Partition> shares, double expected, double before) {}

  private void move(Move move) {
    Route old = route;
    Route fresh = use(move.plans(), move.shares());
    Switch done =
        new Switch(
            (System.nanoTime() - begun) / 1e6,
            move.why(),
            old.inWords(),
            fresh.inWords(),
            move.expected(),
            move.before());
    moves.incrementAndGet();
    LOG.atInfo()
        .addKeyValue("event", "plan_switch")
        .addKeyValue("reason", done.reason())
        .addKeyValue("from", done.from())
        .addKeyValue("to", done.to())
        .addKeyValue("expected_ms", done.expectedMs())
        .addKeyValue("before_ms", done.beforeMs())
        .log("{}", done);
    synchronized (this) {
      switches.addLast(done);
      if (switches.size() > SWITCHES_KEPT) {
        switches.removeFirst();
      }
    }
  }

  private Route use(List<WarmPlan> plans, List<Partition> shares) {
    warm.keep(plans);
    List<Double> parts =
        shares.size() == 1 ? List.of(1.0) : shares.stream().map(Partition::share).toList();
    Route fresh = new Route(plans, parts, device.config().window());
    route = fresh;
    return fresh;
  }

  private List<WarmPlan> prepareAll(List<Partition> partitions) {
    return partitions.stream().map(warm::prepare).toList();
  }

  private void prepareThenDecide(List<Partition> partitions, String why) {
    preparing.execute(
        () -> {
          try {
            prepareAll(partitions);
            again.set(why);
          } catch (TierException e) {
            LOG.info("a better plan could not be made ready: {}", e.getMessage());
          }
        });
  }

  /** What may be needed next: the device alone, and what is best when a link changes. */
  private void prepareLikely(Problem problem) {
    synchronized (this) {
      if (warming) {
        return;
      }
      warming = true;
    }
    preparing.execute(
        () -> {
          try {
            List<Partition> likely = new ArrayList<>(replanner.alone(problem).stream().toList());
            likely.addAll(replanner.likely(problem));
            likely.stream().limit(setup.policy().warmPlans() - 1L).forEach(warm::prepare);
          } catch (TierException e) {
            LOG.info("a plan for later could not be made ready: {}", e.getMessage());
          } finally {
            synchronized (this) {
              warming = false;
            }
          }
        });
  }

  @Override
  public void close() {
    prober.ifPresent(Prober::close);
    looking.shutdownNow();
    preparing.shutdownNow();
    warm.close();
  }
}
