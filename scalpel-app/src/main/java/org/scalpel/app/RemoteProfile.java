package org.scalpel.app;

import java.util.Map;
import org.scalpel.cost.Profile;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.TensorData;
import org.scalpel.tier.Endpoint;
import org.scalpel.tier.TierClient;
import org.scalpel.tier.TierConfig;

/** Profiles a model on a running tier, which gets the model first if it does not hold it. */
record RemoteProfile(Endpoint endpoint, Progress progress) {
  static RemoteProfile of(Endpoint endpoint, Progress progress) {
    return new RemoteProfile(endpoint, progress);
  }

  Profile profile(KernelGraph kernels, Map<String, TensorData> inputs, ProfileOptions options) {
    try (TierClient client = TierClient.of(endpoint, TierConfig.builder("profile").build())) {
      return client
          .profile(
              kernels,
              inputs,
              options,
              (phase, fraction) -> progress.at(Math.round(100 * fraction), 100))
          .named(kernels.layers().model().label());
    }
  }
}
