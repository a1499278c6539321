package org.scalpel.tier;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.scalpel.control.PrepareResponse;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.tier.TierException.Kind;

/**
 * The device: runs its own segments in this process and sends the rest to its neighbour. Holds the
 * engine, the workers and the connection that all its plans share.
 */
public final class DeviceTier implements AutoCloseable {
  private final TierConfig config;
  private final Engine engine;
  private final ComputePool pool;
  private final Optional<TierClient> next;
  private final ChainRunner runner;
  private final Tracing tracing;

  /** A device; {@link TierConfig#next} is its neighbour, {@link TierConfig#listen} is not used. */
  public DeviceTier(TierConfig config) {
    this.config = config;
    this.engine = new Engine(EngineOptions.DEFAULT.withThreads(config.threads()));
    this.pool = new ComputePool(config);
    this.next = config.next().map(e -> TierClient.of(e, config));
    this.tracing = new Tracing(config);
    this.runner = new ChainRunner(config, pool, next.map(TierClient::connection));
  }

  /**
   * Makes a plan ready on every tier: sends the model where it is missing, extracts, opens and
   * warms the segments. Several plans can be ready at the same time.
   *
   * @throws TierException a tier is missing, too small or refuses
   */
  public PlanExecutor prepare(Deployment deployment) {
    Chain chain = deployment.chain();
    if (chain.exits().isEmpty()) {
      PrepareResponse remote = prepareRemote(deployment, chain);
      PreparedPlan own = PreparedPlan.open(chain, 0, here(deployment), deployment.model(), engine);
      own.nextTakes(remote);
      return new PlanExecutor(this, deployment, own, remote);
    }
    PreparedPlan own = PreparedPlan.open(chain, 0, here(deployment), deployment.model(), engine);
    try {
      PrepareResponse remote = prepareBehindExits(deployment, own);
      own.nextTakes(remote);
      own.gates().expect((long) (deployment.predictedBeyondMs() * 1e6));
      return new PlanExecutor(this, deployment, own, remote);
    } catch (RuntimeException e) {
      own.forget();
      throw e;
    }
  }

  /** With an exit here, tiers that are not there yet are prepared when they come. */
  private PrepareResponse prepareBehindExits(Deployment deployment, PreparedPlan own) {
    try {
      return prepareRemote(deployment, own.chain());
    } catch (TierException e) {
      boolean mayCome = e.kind() == Kind.UNREACHABLE || e.kind() == Kind.LOST;
      if (!mayCome || own.gates().isEmpty()) {
        throw e;
      }
      org.slf4j.LoggerFactory.getLogger(DeviceTier.class)
          .warn(
              "requests leave at this device's exits until the tiers behind come: {}",
              e.getMessage());
      return PrepareResponse.getDefaultInstance();
    }
  }

  private static Map<String, Deployment.Encoding> here(Deployment deployment) {
    Map<String, Deployment.Encoding> own = new LinkedHashMap<>();
    deployment
        .encodings()
        .forEach(
            (tensor, all) ->
                all.stream().filter(e -> e.tier() == 0).forEach(e -> own.put(tensor, e)));
    return own;
  }

  PrepareResponse prepareRemote(Deployment deployment, Chain chain) {
    if (chain.lastTier() == 0) {
      return PrepareResponse.getDefaultInstance();
    }
    TierClient neighbour =
        next.orElseThrow(
            () ->
                new TierException(
                    Kind.INVALID,
                    "the plan uses tier '"
                        + deployment.tiers().get(1)
                        + "', but the device has no neighbour"));
    ModelBlobs blobs = ModelBlobs.of(deployment.model());
    PrepareResponse answer =
        neighbour.prepare(Specs.prepare(deployment, blobs.ref(), 1), () -> blobs, chain);
    if (answer.getTiersCount() != chain.lastTier()) {
      throw new TierException(
          Kind.PROTOCOL,
          "the plan needs "
              + chain.lastTier()
              + " tiers behind the device; "
              + answer.getTiersCount()
              + " answered");
    }
    return answer;
  }

  /** The neighbour, if there is one. */
  public Optional<TierClient> next() {
    return next;
  }

  /** The engine that runs the device's segments. */
  public Engine engine() {
    return engine;
  }

  /** How the device is set up. */
  public TierConfig config() {
    return config;
  }

  Tracing tracing() {
    return tracing;
  }

  ChainRunner runner() {
    return runner;
  }

  @Override
  public void close() {
    next.ifPresent(TierClient::close);
    pool.drain(config.times().drain());
    pool.close();
    engine.close();
  }
}
