package org.scalpel.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.scalpel.cost.Network.LinkSpec;

class NetworkTest {
  @Test
  void presetsHaveTheFiguresOfTheLiterature() {
    assertThat(Network.parse("cat1,3g,4g,wifi").links())
        .extracting(LinkSpec::upMbps)
        .containsExactly(0.13, 1.1, 5.85, 18.88);
    assertThat(LinkSpec.parse("wifi").downMbps()).isEqualTo(54.97);
    assertThat(LinkSpec.parse("wan")).isEqualTo(new LinkSpec("wan", 50, 50, 30));
  }

  @Test
  void linksMayBeWrittenAsThreeNumbers() {
    assertThat(Network.parse("wifi, 10/20/3.5").links().get(1))
        .isEqualTo(new LinkSpec("10/20/3.5", 10, 20, 3.5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5g", "1/2", "1/2/3/4", "a/2/3", "-1/2/3", "NaN/2/3", "wifi,"})
  void otherTextIsRefused(String text) {
    assertThatThrownBy(() -> Network.parse(text)).isInstanceOf(ProfileException.class);
  }

  @Test
  void filesAreReadStrictly(@TempDir Path folder) throws IOException {
    Path yaml = folder.resolve("n.yaml");
    Files.writeString(
        yaml, "schema: 1\nlinks:\n  - {name: home, up_mbps: 10, down_mbps: 40, rtt_ms: 8}\n");
    assertThat(Network.of(yaml.toString()).links())
        .isEqualTo(List.of(new LinkSpec("home", 10, 40, 8)));
    Path json = folder.resolve("n.json");
    Files.writeString(json, "{\"schema\":1,\"links\":[{\"name\":\"a\",\"up_mbps\":1}]}");
    assertThatThrownBy(() -> Network.of(json.toString()))
        .hasMessageStartingWith(json.toString())
        .hasMessageContaining("down_mbps");
    Files.writeString(json, "{\"schema\":1,\"links\":[]}");
    assertThatThrownBy(() -> Network.of(json.toString())).hasMessageContaining("at least one");
  }

  @Test
  void aNameThatIsNoFileIsTakenAsPresets() {
    assertThat(Network.of("3g").links()).hasSize(1);
  }
}
