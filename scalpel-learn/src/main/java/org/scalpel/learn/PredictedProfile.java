package org.scalpel.learn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.scalpel.cost.Profile;
import org.scalpel.cost.Stat;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelGraph.KernelTensor;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorFact;

/** Makes a profile of predictions. */
final class PredictedProfile {
  /** Of a normal distribution: the distance of its quartiles by its deviation. */
  static final double QUARTILES = 1.349;

  private PredictedProfile() {}

  static Profile of(
      Predictor.PlatformPredictor predictor,
      KernelGraph kernels,
      Map<String, TensorFact> facts,
      double z) {
    List<Prediction> predictions = predictor.predict(KernelFeatures.all(kernels, facts));
    Overheads overheads = predictor.overheads();
    List<Stat> stats = new ArrayList<>();
    List<Double> planned = new ArrayList<>();
    double whole = overheads.sessionMs();
    for (Prediction prediction : predictions) {
      stats.add(new Stat(prediction.meanMs(), QUARTILES * prediction.spreadMs(), 1));
      planned.add(overheads.kernelMs(prediction.at(z)));
      whole += overheads.kernelMs(prediction.meanMs());
    }
    Map<String, TensorFact> between = between(kernels, facts);
    Platform platform = predictor.platform();
    OnnxModel model = kernels.layers().model();
    return new Profile(
        new Profile.Subject(
            model.label(), model.sha256(), kernels.digest(), kernels.groups(), between),
        new Profile.Environment(
            "predicted for " + platform.name() + ": " + platform.machine(),
            1,
            platform.runtime(),
            platform.level(),
            platform.threads()),
        new Profile.Measured(stats, new Stat(whole, 0, 1), List.of()),
        new Profile.Fit(
            planned,
            boundaries(between, overheads),
            overheads.sessionMs(),
            new Profile.Residual(0, 0, 0)),
        1);
  }

  private static Map<String, TensorFact> between(
      KernelGraph kernels, Map<String, TensorFact> facts) {
    Map<String, TensorFact> between = new LinkedHashMap<>();
    for (KernelTensor tensor : kernels.tensors()) {
      TensorFact fact = facts.get(tensor.name());
      if (fact != null) {
        between.put(tensor.name(), fact);
      }
    }
    return between;
  }

  private static Map<String, Profile.Boundary> boundaries(
      Map<String, TensorFact> between, Overheads overheads) {
    Map<String, Profile.Boundary> boundaries = new LinkedHashMap<>();
    between.forEach(
        (name, fact) -> {
          double ms = overheads.tensorMs() + overheads.msPerMb() * fact.bytes() / 1e6;
          boundaries.put(name, new Profile.Boundary(ms, ms));
        });
    return boundaries;
  }
}
