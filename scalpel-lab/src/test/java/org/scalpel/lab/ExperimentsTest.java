package org.scalpel.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.scalpel.app.UserException;
import org.scalpel.app.VerbProvider;
import org.scalpel.graph.OnnxModel;

class ExperimentsTest {
  @TempDir private Path scratch;

  static List<Experiment> all() {
    return Experiments.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyExperimentHasAQuestionAndCellsOfUniqueKeys(Experiment experiment) {
    assertThat(experiment.question()).endsWith("?").doesNotContain("\n");
    for (boolean quick : new boolean[] {true, false}) {
      Lab lab = lab(quick, List.of());
      Set<String> keys = new HashSet<>();
      if (experiment.obstacle(lab).isEmpty()) {
        assertThat(experiment.cells(lab)).isNotEmpty();
      }
      experiment.cells(lab).forEach(cell -> assertThat(keys.add(cell.key())).isTrue());
    }
  }

  private Lab lab(boolean quick, List<String> models) {
    return new Lab(new Lab.Options(quick, 1, models), scratch, scratch, line -> {});
  }

  @Test
  void anUnknownModelIsAnsweredWithTheKnownOnes() {
    Experiment prediction = Experiments.named("prediction");
    assertThat(prediction.cells(lab(false, List.of("minilm-l6-q"))).get(0).key())
        .startsWith("minilm-l6-q/");
    assertThatThrownBy(() -> prediction.cells(lab(false, List.of("lenet"))))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no model lenet: expected one of [ppocr-cls");
  }

  @Test
  void theCommandLineFindsTheLab() {
    assertThat(ServiceLoader.load(VerbProvider.class))
        .anySatisfy(
            provider ->
                assertThat(provider.verbs())
                    .anySatisfy(entry -> assertThat(entry.name()).isEqualTo("lab")));
  }

  @Test
  void anUnknownNameIsAnsweredWithTheKnownOnes() {
    assertThatThrownBy(() -> Experiments.named("link"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("no experiment link: expected one of links, ")
        .hasMessageContaining(", oracle");
  }

  @Test
  void packagedModelsAreReadable() {
    OnnxModel model = LabModel.small().read(scratch);
    assertThat(LabModel.small().inputs(model, 1)).containsOnlyKeys("x");
    assertThat(LabModel.all().size()).isGreaterThanOrEqualTo(5);
  }
}
