package org.scalpel.app;

import java.util.Map;
import org.scalpel.cost.Profile;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.TensorData;
import org.scalpel.tier.Endpoint;
import org.scalpel.tier.Security;
import org.scalpel.tier.TierClient;
import org.scalpel.tier.TierConfig;

/** Profiles a model on a running tier, which gets the model first if it does not hold it. */
record RemoteProfile(Endpoint endpoint, Security security, Progress progress) {
  /** Of a tier on this machine that asks for nothing. */
  static RemoteProfile of(Endpoint endpoint, Progress progress) {
    return of(endpoint, Security.NONE, progress);
  }

  static RemoteProfile of(Endpoint endpoint, Security security, Progress progress) {
    return new RemoteProfile(endpoint, security, progress);
  }

  Profile profile(KernelGraph kernels, Map<String, TensorData> inputs, ProfileOptions options) {
    TierConfig config = TierConfig.builder("profile").security(security).build();
    try (TierClient client = TierClient.of(endpoint, config)) {
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
