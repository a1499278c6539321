package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.vespa.llm.clients.TritonConfig;
import ai.vespa.triton.TritonOnnxClient;
import com.yahoo.tensor.Tensor;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Vespa's client of Triton, as it comes from Maven Central, takes a tier for its server. */
@Timeout(60)
class VespaClientTest {
  @TempDir Path store;

  @Test
  void isServedLikeByTriton() {
    try (TierServer tier = TierServer.start(Nets.tier("edge", store).build())) {
      tier.publish("wide", Nets.wide(8));
      TritonConfig config =
          new TritonConfig.Builder()
              .target(tier.address().toString())
              .modelControlMode(TritonConfig.ModelControlMode.EXPLICIT)
              .build();
      try (TritonOnnxClient client = new TritonOnnxClient(config)) {
        assertThat(client.isHealthy()).isTrue();
        client.unloadUntilModelNotReady("wide");
        assertThat(client.isModelReady("wide")).isFalse();
        client.loadUntilModelReady("wide");
        TritonOnnxClient.ModelMetadata metadata = client.getModelMetadata("wide");
        Tensor input = Tensor.from("tensor<float>(d0[1],d1[8]):[-1,2,-3,4,-5,6,-7,8]");
        Tensor output = client.evaluate("wide", metadata, Map.of("x", input), "y");
        assertThat(output.sum().asDouble()).isEqualTo(36);
        assertThatThrownBy(() -> client.getModelMetadata("nobody"))
            .hasStackTraceContaining("Request for unknown model: 'nobody' is not found");
      }
    }
  }
}
