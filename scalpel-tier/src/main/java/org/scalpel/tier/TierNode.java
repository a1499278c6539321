package org.scalpel.tier;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.scalpel.control.PrepareRequest;
import org.scalpel.control.PrepareResponse;
import org.scalpel.control.ProfileRequest;
import org.scalpel.cost.Profile;
import org.scalpel.cost.Profiler;
import org.scalpel.cost.Progress;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Segment;

/** What a server tier does with plans and models, apart from how it is asked. */
final class TierNode implements AutoCloseable {
  private final TierConfig config;
  private final Engine engine;
  private final ModelStore store;
  private final PlanCache plans;
  private final Optional<TierClient> next;
  private final AtomicBoolean profiling = new AtomicBoolean();

  TierNode(TierConfig config, PlanCache plans, Optional<TierClient> next) {
    this.config = config;
    this.engine = new Engine(EngineOptions.DEFAULT.withThreads(config.threads()));
    this.store = new ModelStore(config);
    this.plans = plans;
    this.next = next;
  }

  TierConfig config() {
    return config;
  }

  /** The tier behind, where there is one. */
  Optional<TierClient> next() {
    return next;
  }

  Engine engine() {
    return engine;
  }

  ModelStore store() {
    return store;
  }

  PlanCache plans() {
    return plans;
  }

  /**
   * Makes a plan ready here and behind. A plan that is ready here may be gone behind: ask again.
   */
  PrepareResponse prepare(PrepareRequest request) {
    long start = System.nanoTime();
    int tier = request.getTier();
    if (tier < 1 || tier > 64) {
      throw Refusal.invalid("tier " + tier + " of a plan; expected 1 to 64");
    }
    @Nullable OnnxModel model = null;
    @Nullable PreparedPlan plan =
        plans.find(request.getPlan()).filter(p -> p.tier() == tier).orElse(null);
    if (plan == null) {
      model = store.load(request.getModel());
      Chain chain = Specs.chain(request, model);
      checkSizes(chain, tier);
      plan = PreparedPlan.open(chain, tier, Specs.encodings(request), model, engine);
      plans.add(plan);
    }
    PrepareResponse.Tier.Builder own =
        PrepareResponse.Tier.newBuilder()
            .setName(config.name())
            .setTier(tier)
            .setSlowdown(config.slowdown())
            .addAllInputEncodings(Encodings.NAMES)
            .setPrepareMs((System.nanoTime() - start) / 1e6);
    plan.parts().forEach(p -> own.addSegments(p.name()));
    PrepareResponse.Builder answer = PrepareResponse.newBuilder().addTiers(own);
    if (plan.goesOn()) {
      TierClient behind =
          next.orElseThrow(
              () ->
                  Refusal.of(
                      Status.Code.FAILED_PRECONDITION,
                      "a tier behind '"
                          + config.name()
                          + "', which the plan uses. Maybe start it with --next"));
      @Nullable OnnxModel held = model;
      PrepareResponse farther =
          behind.prepare(
              request.toBuilder().setTier(tier + 1).build(),
              () -> ModelBlobs.of(held == null ? store.load(request.getModel()) : held),
              plan.chain());
      plan.nextTakes(farther);
      answer.addAllTiers(farther.getTiersList());
    }
    return answer.build();
  }

  /** What a tier reads must fit into a message, or it is a lie about shapes: no memory for that. */
  private void checkSizes(Chain chain, int tier) {
    int most = config.limits().counts().sessions();
    if (chain.segmentsOf(tier).size() > most) {
      throw Refusal.invalid(
          "the plan has "
              + chain.segmentsOf(tier).size()
              + " segments on this tier; it opens at most "
              + most);
    }
    for (Segment segment : chain.segmentsOf(tier)) {
      double bytes = 0;
      for (String input : segment.inputs()) {
        bytes += chain.fact(input).bytes();
      }
      if (bytes > config.limits().messageBytes()) {
        throw Refusal.invalid(
            "the plan's segment "
                + segment.index()
                + " reads "
                + (long) bytes
                + " bytes; this tier takes messages of at most "
                + config.limits().messageBytes());
      }
    }
  }

  /** Forgets a plan here and behind; a neighbour that cannot be reached forgets by itself. */
  boolean retire(String plan) {
    boolean goesOn = plans.find(plan).map(PreparedPlan::goesOn).orElse(false);
    boolean found = plans.remove(plan);
    if (goesOn && next.isPresent()) {
      try {
        next.get().retire(plan);
      } catch (TierException | StatusRuntimeException e) {
        org.slf4j.LoggerFactory.getLogger(TierNode.class)
            .debug("retire {}: {}", plan, e.getMessage());
      }
    }
    return found;
  }

  /** Measures a model here, one caller at a time. */
  Profile profile(ProfileRequest request, Progress progress) {
    if (!profiling.compareAndSet(false, true)) {
      throw Refusal.of(
          Status.Code.RESOURCE_EXHAUSTED, "tier '" + config.name() + "' measures another model");
    }
    try {
      OnnxModel model = store.load(request.getModel());
      return new Profiler(engine)
          .profile(
              Specs.kernels(model, request.getKernelsList()),
              Specs.inputs(request),
              Specs.options(request),
              progress)
          .withSlowdown(config.slowdown());
    } finally {
      profiling.set(false);
    }
  }

  @Override
  public void close() {
    plans.close();
    engine.close();
  }
}
