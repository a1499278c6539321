package org.scalpel.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.scalpel.nn.Training;

class OnboardingTest {
  private static final TrainOptions QUICK =
      new TrainOptions(2, new Training(List.of(32, 32), 40, 15, 32, 4e-3, 1e-3, 0.5), 1);
  private static final Predictor PRETRAINED =
      Predictor.train(
          List.of(
              Synthetic.DESK.data(12, 60, 0.02),
              Synthetic.PHONE.data(12, 60, 0.02),
              Synthetic.OLD.data(12, 60, 0.02)),
          QUICK);

  @Test
  void aFewMeasurementsMakeAPredictorOfAMachineLikeNoOther() {
    double none = error(0);
    double ten = error(10);
    double fifty = error(50);
    double many = error(600);
    assertThat(none).isGreaterThan(0.5);
    assertThat(ten).isLessThan(0.35 * none);
    assertThat(fifty).isLessThan(0.12);
    assertThat(many).isLessThan(0.09);
  }

  @Test
  void fiftyMeasurementsAreBetterWithWhatOtherMachinesTaught() {
    Dataset few = Onboarding.few(Synthetic.BOARD.data(12, 60, 0.02), 50, 3);
    Predictor alone = Predictor.train(List.of(few), QUICK);
    assertThat(error(50)).isLessThan(0.7 * Synthetic.BOARD.error(alone.on(""), 100, 8));
  }

  @Test
  void choosesTypesInTurns() {
    Dataset few = Onboarding.few(Synthetic.BOARD.data(12, 60, 0), 20, 3);
    for (KernelType type :
        List.of(KernelType.CONV, KernelType.DEPTHWISE_CONV, KernelType.GEMM, KernelType.POOL)) {
      assertThat(few.samples()).filteredOn(s -> s.type() == type).hasSize(5);
    }
    assertThat(Onboarding.few(few, 99, 3).samples()).hasSize(20);
  }

  @Test
  void knowsTheNewPlatformOnlyAndIsNotFittedTwice() {
    Dataset few = Onboarding.few(Synthetic.BOARD.data(12, 60, 0), 20, 3);
    Predictor adapted = Onboarding.adapt(PRETRAINED, few);
    assertThat(adapted.platforms()).extracting(Platform::name).containsExactly("board");
    assertThatThrownBy(() -> Onboarding.adapt(adapted, few))
        .isInstanceOf(LearnException.class)
        .hasMessageContaining("expected a trained one");
  }

  private static double error(int samples) {
    Dataset few = Onboarding.few(Synthetic.BOARD.data(12, 60, 0.02), samples, 3);
    return Synthetic.BOARD.error(Onboarding.adapt(PRETRAINED, few).on("board"), 100, 8);
  }
}
