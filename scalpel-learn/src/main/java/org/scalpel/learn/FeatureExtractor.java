package org.scalpel.learn;

import java.util.Map;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.TensorFact;

/** Reads the features of kernels off a graph. */
final class FeatureExtractor {
  private final KernelGraph kernels;
  private final Map<String, TensorFact> facts;

  FeatureExtractor(KernelGraph kernels, Map<String, TensorFact> facts) {
    this.kernels = kernels;
    this.facts = facts;
  }

  KernelFeatures features(KernelGraph.Kernel kernel) {
    double[] values = new double[KernelFeatures.names().size()];
    values[Feature.LAYERS.ordinal()] = kernels.kernels().get(kernel.index()).layers().size();
    values[Feature.RANK.ordinal()] = facts.size();
    return KernelFeatures.of(KernelType.OTHER, values);
  }
}
