package org.scalpel.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.scalpel.app.UserException;
import picocli.CommandLine;

class CaseVerbTest {
  @Test
  void withoutADetectorTheStudySaysWhereToGetOne() {
    assumeTrue(System.getenv("SCALPEL_ZOO") == null, "SCALPEL_ZOO is set, so there is a detector");
    for (CaseVerb verb : new CaseVerb[] {new IntrusionVerb(), new TrafficVerb()}) {
      new CommandLine(verb).setCaseInsensitiveEnumValuesAllowed(true).parseArgs("--no-progress");

      assertThatThrownBy(verb::call)
          .isInstanceOf(UserException.class)
          .hasMessageContaining("expected a detector, --model FILE")
          .hasMessageContaining("https://")
          .hasMessageContaining("SHA-256 695e750a")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void bothStudiesAreOnTheCommandLine() {
    assertThat(new CaseVerbs().verbs())
        .extracting(entry -> entry.name())
        .containsExactly("intrusion", "traffic");
  }

  @Test
  void wrongNumbersOfCamerasAreRefused() {
    TrafficVerb verb = new TrafficVerb();
    new CommandLine(verb).setCaseInsensitiveEnumValuesAllowed(true).parseArgs("--cameras", "1,0");

    assertThatThrownBy(verb::cameras).hasMessageContaining("--cameras: expected numbers from 1");
  }
}
