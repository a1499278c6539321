package org.scalpel.learn;

import java.util.List;
import java.util.stream.Collectors;
import org.scalpel.cost.Stat;

/**
 * How whole runs compare with the kernels that were timed one by one, where models were measured:
 * {@code whole = session + factor · sum of (kernel − timing)}. What timing a kernel costs is more
 * where several threads meet after each; it is chosen so that the models are off least in the mean,
 * and for each the factor is the models' median.
 */
final class WholeRuns {
  private static final double STEP_MS = 0.0005;
  private static final int STEPS = 40;

  /** Fewer models do not tell a factor from what timing costs. */
  private static final int ENOUGH = 6;

  private WholeRuns() {}

  static Overheads overheads(Dataset data) {
    List<ModelSample> models =
        data.models().stream()
            .filter(model -> model.ms() > Overheads.USUAL.sessionMs())
            .filter(model -> model.kernels().stream().anyMatch(kernel -> kernel.ms() > 0))
            .collect(Collectors.toList());
    Overheads best = with(models, 0);
    double least = off(models, best);
    for (int step = 1; step <= STEPS && models.size() >= ENOUGH; step++) {
      Overheads other = with(models, step * STEP_MS);
      double off = off(models, other);
      if (off < least) {
        least = off;
        best = other;
      }
    }
    return best;
  }

  private static Overheads with(List<ModelSample> models, double timingMs) {
    Overheads usual = Overheads.USUAL;
    Overheads plain =
        new Overheads(usual.sessionMs(), usual.tensorMs(), usual.msPerMb(), 1, timingMs);
    List<Double> factors =
        models.stream()
            .filter(model -> plain.wholeMs(times(model)) > usual.sessionMs())
            .map(
                model ->
                    (model.ms() - usual.sessionMs())
                        / (plain.wholeMs(times(model)) - usual.sessionMs()))
            .toList();
    double factor = factors.isEmpty() ? 1 : Stat.quantile(factors, 0.5);
    return new Overheads(usual.sessionMs(), usual.tensorMs(), usual.msPerMb(), factor, timingMs);
  }

  /** The sum of relative errors. */
  private static double off(List<ModelSample> models, Overheads overheads) {
    return models.stream()
        .mapToDouble(model -> Math.abs(overheads.wholeMs(times(model)) / model.ms() - 1))
        .sum();
  }

  private static double[] times(ModelSample model) {
    return model.kernels().stream().mapToDouble(KernelSample::ms).toArray();
  }
}
