package org.scalpel.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;

class ProfileTest {
  private final OnnxModel model = SmallModel.model();
  private final KernelGraph kernels = SmallModel.kernels(model);
  private final Profile profile = SmallModel.profile(kernels, 1);

  @ParameterizedTest
  @ValueSource(strings = {"p.json", "p.yaml", "p.yml"})
  void whatIsWrittenIsRead(String name, @TempDir Path folder) {
    Path file = folder.resolve(name);
    profile.withSlowdown(7.5).write(file);
    assertThat(Profile.read(file)).isEqualTo(profile.withSlowdown(7.5));
    assertThat(folder).isDirectoryContaining(f -> f.equals(file));
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void restedRunsAreWrittenAndProfilesWithoutThemAreRead() {
    Profile rested = SmallModel.rested(profile, 2);
    assertThat(rested.toJson()).contains("\"rested\" : {", "\"pause_ms\" : 30.0");
    assertThat(Profile.ofJson(rested.toJson(), "text")).isEqualTo(rested);
    assertThat(profile.toJson()).doesNotContain("rested");
    assertThat(Profile.ofJson(profile.toJson(), "text").rested()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"pause_ms\" : 30.0|\"pause_ms\" : 0.0|pause_ms is 0.0",
        "\"pause_ms\" : 30.0|\"pose_ms\" : 30.0|rested: field 'pause_ms' is missing",
        "\"rested\" : {|\"rested\" : 3, \"tested\" : {|'rested' is no object",
      })
  void absurdRestedRunsAreRefused(String change) {
    String[] parts = change.split("\\|", -1);
    String text = SmallModel.rested(profile, 2).toJson();
    assertThat(text).contains(parts[0]);
    assertThatThrownBy(() -> Profile.ofJson(text.replace(parts[0], parts[1]), "p.json"))
        .isInstanceOf(ProfileException.class)
        .hasMessageStartingWith("p.json: ")
        .hasMessageContaining(parts[2]);
  }

  @Test
  void lightLoadTakesTheRestedTimesWhereThereAreAny() {
    Profile rested = SmallModel.rested(profile, 2).withSlowdown(4);
    assertThat(rested.under(Load.BUSY).kernelMs(2)).isEqualTo(12);
    assertThat(rested.under(Load.LIGHT).kernelMs(2)).isEqualTo(24);
    assertThat(rested.under(Load.LIGHT).measured().wholeMs().medianMs()).isEqualTo(200);
    assertThat(profile.under(Load.LIGHT)).isEqualTo(profile);
  }

  @Test
  void theFileSaysWhatTheContractAsksFor() {
    assertThat(profile.toJson())
        .contains("\"schema\" : 1", "\"sha256\" : \"" + model.sha256() + "\"")
        .contains("\"machine\" : \"a test\"", "\"runtime\" : \"onnxruntime 0\"")
        .contains("\"median_ms\"", "\"spread_ms\"", "\"count\"", "\"threads\" : 1");
    assertThat(Profile.ofJson(profile.toJson(), "text")).isEqualTo(profile);
  }

  @Test
  void kernelsComeBackFromTheStoredList() {
    assertThat(profile.kernels(SmallModel.model()).digest()).isEqualTo(kernels.digest());
  }

  @Test
  void theProfileOfAnotherModelIsRefused() {
    OnnxModel other = SmallModel.model(2);
    assertThatThrownBy(() -> profile.kernels(other))
        .isInstanceOf(ProfileException.class)
        .hasMessageContaining("belongs to the model with SHA-256 " + model.sha256());
  }

  @Test
  void otherKernelsAreRefused() {
    KernelGraph one =
        KernelGraph.ofGroups(
            kernels.layers(),
            java.util.List.of(kernels.layers().layers().stream().map(l -> l.name()).toList()));
    assertThatThrownBy(() -> profile.require(one)).hasMessageContaining("Maybe profile again");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "|expected an object",
        "{|line",
        "[]|expected an object",
        "{}|schema is null; expected 1",
        "{\"schema\": 2}|schema is 2; expected 1",
        "{\"schema\": 1}|field 'subject' is missing",
        "{\"schema\": 1, \"schema\": 1}|uplicate",
      })
  void malformedTextIsRefusedWithItsPlace(String textAndMessage) {
    String[] parts = textAndMessage.split("\\|", -1);
    assertThatThrownBy(() -> Profile.ofJson(parts[0], "p.json"))
        .isInstanceOf(ProfileException.class)
        .hasMessageStartingWith("p.json: ")
        .hasMessageContaining(parts[1])
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"median_ms\" : 1.0|\"median_ms\" : -1.0",
        "\"median_ms\" : 1.0|\"median_ms\" : NaN",
        "\"slowdown\" : 1.0|\"slowdown\" : 0.0",
        "\"type\" : \"float32\"|\"type\" : \"float31\"",
        "\"count\" : 20|\"count\" : 0",
        "\"count\" : 20|\"count\" : null",
        "[ \"m0\" ]|null",
        "[ \"m0\" ]|[ null ]",
        "[ 1, 64 ]|[ null, 64 ]",
        "[ 1, 64 ]|[ -7, 64 ]",
      })
  void absurdFiguresAreRefused(String change) {
    String[] parts = change.split("\\|", -1);
    String text = profile.toJson();
    assertThat(text).contains(parts[0]);
    assertThatThrownBy(() -> Profile.ofJson(text.replace(parts[0], parts[1]), "p.json"))
        .isInstanceOf(ProfileException.class)
        .hasMessageStartingWith("p.json: ");
  }

  @Test
  void unknownFieldsAreNamed() {
    String text = profile.toJson().replace("\"cores\"", "\"sores\" : 3, \"cores\"");
    assertThatThrownBy(() -> Profile.ofJson(text, "p.json"))
        .hasMessage("p.json: unknown field 'sores' (at environment.sores)");
  }

  @Test
  void aMissingFileIsNamed(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> Profile.read(folder.resolve("none.json")))
        .hasMessageContaining("none.json: no such file");
    Path binary = Files.write(folder.resolve("b.json"), new byte[] {(byte) 0xff, 0, 1});
    assertThatThrownBy(() -> Profile.read(binary)).isInstanceOf(ProfileException.class);
  }

  @Test
  void aDeclaredSlowdownScalesEveryTime() {
    Profile slow = profile.withSlowdown(4);
    assertThat(slow.kernelMs(2)).isEqualTo(12);
    assertThat(slow.enterMs("m0")).isEqualTo(0.4);
    assertThat(slow.sessionMs()).isEqualTo(2);
  }
}
