package org.scalpel.learn;

import java.util.List;

/**
 * What was measured in one go.
 *
 * @param id of the model
 * @param samples of a generated model, or none
 * @param models a real model, or none
 * @param paceMs what the {@link Pacemaker} took meanwhile: with it, times of different moments can
 *     be brought to one speed of the machine
 */
record Group(String id, List<KernelSample> samples, List<ModelSample> models, double paceMs) {
  Group {
    samples = List.copyOf(samples);
    models = List.copyOf(models);
    if (!(paceMs > 0 && paceMs < Double.POSITIVE_INFINITY)) {
      throw new LearnException("pace_ms is " + paceMs + "; expected a finite number above 0");
    }
  }

  /** Whether the runtime refused the model. */
  boolean isEmpty() {
    return samples.isEmpty() && models.isEmpty();
  }

  /** The same at another pace. */
  Group at(double pace) {
    double factor = pace / paceMs;
    return new Group(
        id,
        samples.stream().map(sample -> scaled(sample, factor)).toList(),
        models.stream()
            .map(
                model ->
                    new ModelSample(
                        model.id(),
                        model.architecture(),
                        model.kernels().stream().map(kernel -> scaled(kernel, factor)).toList(),
                        model.time().times(factor)))
            .toList(),
        pace);
  }

  private static KernelSample scaled(KernelSample sample, double factor) {
    return new KernelSample(
        sample.id(), sample.architecture(), sample.features(), sample.time().times(factor));
  }
}
