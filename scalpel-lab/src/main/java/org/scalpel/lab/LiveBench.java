package org.scalpel.lab;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.scalpel.app.EmulatedLink;
import org.scalpel.cost.Load;
import org.scalpel.cost.Network;
import org.scalpel.cost.ProblemBuilder;
import org.scalpel.cost.Profile;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.cost.Profiler;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.live.LivePolicy;
import org.scalpel.live.LiveSetup;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;
import org.scalpel.tier.Deployment;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.PlanExecutor;
import org.scalpel.tier.TierConfig;

/**
 * A slowed-down device and an edge process behind an emulated link, a model that was profiled, and
 * all that a live client needs to know.
 */
record LiveBench(Wire wire, Engine engine, OnnxModel model, LiveSetup setup, Inputs inputs)
    implements AutoCloseable {
  static final List<String> TIERS = List.of("device", "edge");

  /**
   * What to build.
   *
   * @param device slow-down of the device
   * @param edge slow-down of the edge
   * @param link between them at first
   * @param objective to plan for
   */
  record Order(
      LabModel model, double device, double edge, Network.LinkSpec link, Objective objective) {}

  /**
   * What it may take to be ready.
   *
   * @param rehearsal the time for requests that make the virtual machines compile the data path
   * @param profile the time for the model's profile
   */
  record Effort(Duration rehearsal, Duration profile) {
    static Effort of(Lab lab) {
      return new Effort(Duration.ofSeconds(5), Duration.ofSeconds(lab.pick(4, 8)));
    }
  }

  static LiveBench open(Lab lab, Order order, Consumer<TierConfig.Builder> device) {
    return open(lab, order, Effort.of(lab), device);
  }

  static LiveBench open(Lab lab, Order order, Effort effort, Consumer<TierConfig.Builder> device) {
    OnnxModel model = order.model.read(lab.scratch());
    Map<String, TensorData> inputs = order.model.inputs(model, lab.seed());
    List<Wire.Stop> stops =
        List.of(
            new Wire.Stop("device", order.device, Optional.empty()),
            new Wire.Stop("edge", order.edge, Optional.of(EmulatedLink.shape(order.link))));
    Wire wire = Wire.rehearsed(stops, lab.scratch(), effort.rehearsal, device);
    Engine engine = new Engine(EngineOptions.DEFAULT);
    try {
      KernelGraph kernels = engine.kernels(model);
      ProfileOptions options = ProfileOptions.DEFAULT.withBudget(effort.profile);
      Profile profile = new Profiler(engine).profile(kernels, inputs, options, (step, share) -> {});
      LiveSetup setup =
          new LiveSetup(
              kernels,
              engine.facts(model, inputs),
              List.of(
                  new LiveSetup.Machine("device", profile.withSlowdown(order.device)),
                  new LiveSetup.Machine("edge", profile.withSlowdown(order.edge))),
              new Network(List.of(order.link)),
              Request.of(order.objective),
              LivePolicy.DEFAULT);
      return new LiveBench(wire, engine, model, setup, Inputs.of(inputs));
    } catch (RuntimeException e) {
      engine.close();
      wire.close();
      throw e;
    }
  }

  /** The planning problem with this link. */
  Problem problem(Network.LinkSpec link) {
    ProblemBuilder builder =
        new ProblemBuilder(setup.kernels(), Load.of(setup.request().objective()));
    setup.tiers().forEach(tier -> builder.tier(tier.name(), tier.profile()));
    return builder.build(new Network(List.of(link)));
  }

  /** Makes one partition ready, by itself. */
  PlanExecutor prepare(Partition partition) {
    return wire.device().prepare(Deployment.of(setup.kernels(), setup.facts(), TIERS, partition));
  }

  @Override
  public void close() {
    engine.close();
    wire.close();
  }
}
