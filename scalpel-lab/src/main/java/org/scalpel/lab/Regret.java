package org.scalpel.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.cost.Network;
import org.scalpel.cost.ProblemBuilder;
import org.scalpel.cost.Profile;
import org.scalpel.cost.Stat;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.SampleInputs;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelGraph.KernelTensor;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorFact;
import org.scalpel.learn.KernelSample;
import org.scalpel.learn.ModelSample;
import org.scalpel.learn.Overheads;
import org.scalpel.learn.Platform;
import org.scalpel.plan.Assignment;
import org.scalpel.plan.Cost;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;

/**
 * What it costs to plan with predicted times: the latency, at measured times, of the plan that was
 * chosen by prediction, by that of the plan chosen by measurement, less one. The device is the
 * platform slowed down 20 times, the edge 4 times, the cloud the platform itself; behind every
 * preset of a first link lies the preset of a wide-area link. Tensors travel as they are.
 */
final class Regret {
  static final List<String> FIRST_LINKS = List.of("cat1", "3g", "4g", "wifi");
  private static final Map<String, Double> TIERS = new LinkedHashMap<>();

  static {
    TIERS.put("device", 20.0);
    TIERS.put("edge", 4.0);
    TIERS.put("cloud", 1.0);
  }

  /** A model as a graph. */
  private record Shape(KernelGraph kernels, Map<String, TensorFact> facts) {}

  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  /** Models by their labels, which are the ids that data sets know them by. */
  static Regret of(List<OnnxModel> models) {
    Regret regret = new Regret();
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      for (OnnxModel model : models) {
        Map<String, TensorFact> facts = engine.facts(model, SampleInputs.of(model, 1, Map.of()));
        regret.shapes.put(model.label(), new Shape(engine.kernels(model), facts));
      }
    }
    return regret;
  }

  /** How many models of a data set can be planned for. */
  long known(List<ModelSample> models) {
    return models.stream().filter(model -> shape(model).isPresent()).count();
  }

  private Optional<Shape> shape(ModelSample model) {
    return Optional.ofNullable(shapes.get(model.id()))
        .filter(shape -> shape.kernels().kernels().size() == model.kernels().size());
  }

  /** One regret for each network; none of a model whose graph is not at hand. */
  List<Double> of(Platform platform, ModelSample model, double[] predictedMs) {
    Optional<Shape> shape = shape(model);
    List<Double> regrets = new ArrayList<>();
    if (shape.isEmpty()) {
      return regrets;
    }
    double[] measuredMs = model.kernels().stream().mapToDouble(KernelSample::ms).toArray();
    for (String link : FIRST_LINKS) {
      Network network = Network.parse(link + ",wan");
      Problem truth = problem(shape.get(), platform, measuredMs, network);
      Problem guess = problem(shape.get(), platform, predictedMs, network);
      Request request = Request.of(Objective.LATENCY);
      double best = Planner.plan(truth, request).valueMs();
      Map<String, String> chosen = Planner.plan(guess, request).main().assignment();
      double real = Cost.partition(truth, Assignment.of(truth, chosen)).latencyMs();
      regrets.add(real / best - 1);
    }
    return regrets;
  }

  private static Problem problem(Shape shape, Platform platform, double[] ms, Network network) {
    ProblemBuilder builder = new ProblemBuilder(shape.kernels());
    TIERS.forEach(
        (tier, slowdown) ->
            builder.tier(tier, profile(shape, platform, ms).withSlowdown(slowdown)));
    return builder.build(network);
  }

  private static Profile profile(Shape shape, Platform platform, double[] ms) {
    KernelGraph kernels = shape.kernels();
    List<Stat> stats = new ArrayList<>();
    List<Double> times = new ArrayList<>();
    double whole = 0;
    for (double one : ms) {
      // A line may predict less than nothing; no planner takes that.
      double time = Math.max(0, one);
      times.add(time);
      stats.add(new Stat(time, 0, 1));
      whole += time;
    }
    Map<String, TensorFact> facts = new LinkedHashMap<>();
    Map<String, Profile.Boundary> boundaries = new LinkedHashMap<>();
    for (KernelTensor tensor : kernels.tensors()) {
      TensorFact fact = shape.facts().get(tensor.name());
      if (fact != null) {
        facts.put(tensor.name(), fact);
        double border = Overheads.USUAL.tensorMs() + Overheads.USUAL.msPerMb() * fact.bytes() / 1e6;
        boundaries.put(tensor.name(), new Profile.Boundary(border, border));
      }
    }
    OnnxModel model = kernels.layers().model();
    return new Profile(
        new Profile.Subject(
            model.label(), model.sha256(), kernels.digest(), kernels.groups(), facts),
        new Profile.Environment(
            platform.machine(), 1, platform.runtime(), platform.level(), platform.threads()),
        new Profile.Measured(stats, new Stat(whole, 0, 1), List.of()),
        new Profile.Fit(
            times, boundaries, Overheads.USUAL.sessionMs(), new Profile.Residual(0, 0, 0)),
        1);
  }
}
