package org.scalpel.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorDataTest {
  @ParameterizedTest
  @EnumSource
  void everyTypeIsFoundByItsNames(ElementType type) {
    assertThat(ElementType.ofOnnx(type.onnxCode())).isEqualTo(type);
    assertThat(ElementType.ofOip(type.oipName())).isEqualTo(type);
    assertThat(ElementType.ofContract(type.contractName())).isEqualTo(type);
  }

  @Test
  void unknownTypesAreRefusedWithTheChoice() {
    assertThatThrownBy(() -> ElementType.ofOip("FP33"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("'FP33'")
        .hasMessageContaining("float32");
  }

  @Test
  void sizesFollowTypeAndShape() {
    assertThat(TensorFact.of(ElementType.FLOAT32, 1, 3, 2).bytes()).isEqualTo(24);
    assertThat(TensorFact.of(ElementType.INT64).bytes()).isEqualTo(8);
    assertThat(TensorFact.of(ElementType.INT4, 3).bytes()).isEqualTo(2);
    assertThat(TensorFact.of(ElementType.FLOAT32, 0, 5).bytes()).isZero();
    assertThat(TensorFact.of(ElementType.FLOAT32, -1, 5).isStatic()).isFalse();
    assertThat(TensorFact.of(ElementType.FLOAT32, -1, 5)).hasToString("float32[?,5]");
  }

  @Test
  void sizesThatDoNotExistAreRefused() {
    assertThatThrownBy(() -> TensorFact.of(ElementType.FLOAT32, -1).bytes())
        .isInstanceOf(ModelException.class);
    assertThatThrownBy(() -> TensorFact.of(ElementType.STRING, 2).bytes())
        .isInstanceOf(ModelException.class);
    assertThatThrownBy(() -> TensorFact.of(ElementType.FLOAT32, -2))
        .isInstanceOf(ModelException.class);
    assertThatThrownBy(() -> TensorFact.of(ElementType.UINT8, 1L << 32, 1L << 32))
        .isInstanceOf(ModelException.class);
    assertThatThrownBy(() -> TensorData.allocate(TensorFact.of(ElementType.UINT8, 1L << 31)))
        .isInstanceOf(ModelException.class);
  }

  @Test
  void dataIsLittleEndianDirectAndReadOnly() {
    TensorData data = TensorData.ofFloats(new float[] {1.5f, -2}, 2);
    assertThat(data.floats()).containsExactly(1.5f, -2);
    assertThat(data.bytes()).startsWith(0, 0, (byte) 0xC0, 0x3F);
    assertThat(data.data().isDirect()).isTrue();
    assertThat(data.data().isReadOnly()).isTrue();
    assertThat(TensorData.ofBytes(data.fact(), data.bytes())).isEqualTo(data);
    assertThat(TensorData.ofLongs(new long[] {7}, 1).longs()).containsExactly(7);
    assertThat(TensorData.ofInts(new int[] {7}).ints()).containsExactly(7);
  }

  @Test
  void dataOfAnotherSizeIsRefused() {
    assertThatThrownBy(
            () -> new TensorData(TensorFact.of(ElementType.FLOAT32, 2), ByteBuffer.allocate(7)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("7 bytes; expected 8");
    assertThatThrownBy(() -> TensorData.ofFloats(new float[3], 2))
        .isInstanceOf(ModelException.class);
    assertThatThrownBy(() -> TensorData.ofFloats(new float[2], 2).longs())
        .isInstanceOf(ModelException.class);
  }

  @Test
  void argmaxIsTheFirstOfTheLargest() {
    assertThat(TensorData.ofFloats(new float[] {1, 9, 9, 2}, 4).argmax()).isEqualTo(1);
    assertThatThrownBy(() -> TensorData.ofFloats(new float[0], 0).argmax())
        .isInstanceOf(ModelException.class);
  }

  @Test
  void factsCopyTheirShape() {
    List<Long> shape = new java.util.ArrayList<>(List.of(1L));
    TensorFact fact = new TensorFact(ElementType.BOOL, shape);
    shape.add(2L);
    assertThat(fact.shape()).containsExactly(1L);
  }
}
