package org.scalpel.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.Session;

class VariationTest {
  /** No generated model has them: nothing but an operator that we do not know is of no type. */
  private static final Set<KernelType> NOT_GENERATED = EnumSet.of(KernelType.OTHER);

  @Test
  void theRuntimeRunsPiecesOfEveryArchitectureAndTheyHoldEveryType() {
    Set<KernelType> seen = EnumSet.noneOf(KernelType.class);
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      for (Architecture architecture : Architectures.all()) {
        for (int number = 0; number < 3; number++) {
          Variation.Piece piece = Variation.of(architecture, number, 7);
          var inputs = Collector.inputs(piece.model());
          try (Session session = engine.open(piece.model())) {
            assertThat(session.run(inputs)).as(piece.id()).hasSize(1);
          }
          KernelFeatures.all(engine.kernels(piece.model()), engine.facts(piece.model(), inputs))
              .forEach(features -> seen.add(features.type()));
        }
      }
    }
    assertThat(EnumSet.complementOf(EnumSet.copyOf(seen))).isEqualTo(NOT_GENERATED);
  }

  @Test
  void theSameSeedAndNumberGiveTheSamePiece() {
    for (Architecture architecture : Architectures.all().subList(0, 8)) {
      assertThat(Variation.of(architecture, 5, 1).model().proto())
          .isEqualTo(Variation.of(architecture, 5, 1).model().proto())
          .isNotEqualTo(Variation.of(architecture, 6, 1).model().proto());
    }
  }

  @Test
  void architecturesHaveNamesOfTheirOwn() {
    List<String> names = Architectures.all().stream().map(Architecture::name).toList();

    assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThan(30);
  }

  @Test
  void aLatinHypercubeHasOnePointInEverySliceOfEveryAxis() {
    LatinHypercube cube = new LatinHypercube(new Random(3), 16, 4);
    for (int axis = 0; axis < 4; axis++) {
      Set<Integer> slices = new HashSet<>();
      for (int point = 0; point < 16; point++) {
        slices.add((int) (16 * cube.at(point, axis)));
      }
      assertThat(slices).hasSize(16);
    }
  }

  @Test
  void aBlockInTextBecomesItsFigures() {
    Step step = Step.parse("gap; 2*mb 40 e3 k5 s2 hswish se").get(2);

    assertThat(step.op()).isEqualTo("mb");
    assertThat(step.number(0)).isEqualTo(40);
    assertThat(step.key('e', 6)).isEqualTo(3);
    assertThat(step.key('d', 1)).isEqualTo(1);
    assertThat(step.activation()).isEqualTo("hswish");
    assertThat(step.flag("se")).isTrue();
  }
}
