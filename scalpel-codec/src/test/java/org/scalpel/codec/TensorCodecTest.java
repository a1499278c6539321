package org.scalpel.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorCodecTest {
  private static final float[] ODD = {
    0f,
    -0f,
    Float.NaN,
    Float.intBitsToFloat(0x7fa0_0001),
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL / 3,
    Float.MAX_VALUE,
    -Float.MAX_VALUE
  };

  static ByteBuffer bytes(float... values) {
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer;
  }

  static float[] floats(ByteBuffer buffer) {
    float[] values = new float[buffer.remaining() / Float.BYTES];
    buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  static float[] activations(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = Math.max(0, (float) random.nextGaussian());
    }
    return values;
  }

  @ParameterizedTest
  @EnumSource(names = {"ZSTD", "LZ4"})
  void losslessCodecsGiveBackEveryBitOfAnyElementTypeAndLength(TensorCodec codec) {
    Random random = new Random(5);
    for (int width : new int[] {1, 2, 4, 8}) {
      for (int elements : new int[] {0, 1, 2, 3, 31, 4096, 4097, 131_072, 131_073, 300_001}) {
        byte[] data = new byte[elements * width];
        random.nextBytes(data);
        // Half of it repeats, so that both kinds of parts occur.
        Arrays.fill(data, 0, data.length / 2, (byte) 7);
        TensorLayout layout = new TensorLayout(false, width, List.of((long) elements));
        ByteBuffer back = codec.decode(codec.encode(ByteBuffer.wrap(data), layout), layout);
        assertThat(back).isEqualTo(ByteBuffer.wrap(data));
        assertThat(back.isDirect()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ZSTD", "LZ4"})
  void losslessCodecsKeepNanInfinitiesAndSubnormals(TensorCodec codec) {
    TensorLayout layout = TensorLayout.ofFloats(List.of((long) ODD.length));
    ByteBuffer tensor = bytes(ODD);
    assertThat(codec.decode(codec.encode(tensor, layout), layout)).isEqualTo(tensor);
  }

  @ParameterizedTest
  @EnumSource
  void activationsBecomeShorterAndTheTensorIsLeftAsItIs(TensorCodec codec) {
    TensorLayout layout = TensorLayout.ofFloats(List.of(1L, 32L, 28L, 28L));
    ByteBuffer tensor = bytes(activations(layout.elements(), 1));
    ByteBuffer before = ByteBuffer.allocate(tensor.remaining()).put(tensor.duplicate()).flip();
    ByteBuffer coded = codec.encode(tensor.asReadOnlyBuffer(), layout);
    assertThat(coded.isDirect()).isTrue();
    assertThat(coded.remaining()).isLessThan(layout.bytes() * 9 / 10);
    assertThat(tensor).isEqualTo(before);
    assertThat(codec.decode(coded.asReadOnlyBuffer(), layout).remaining())
        .isEqualTo(layout.bytes());
  }

  @ParameterizedTest
  @EnumSource(names = {"FP16_ZSTD", "INT8_ZSTD", "INT8_LZ4"})
  void aLossyCodecLosesTheSameWithAndWithoutCompression(TensorCodec codec) {
    TensorLayout layout = TensorLayout.ofFloats(List.of(2L, 3L, 40L));
    ByteBuffer tensor = bytes(activations(layout.elements(), 2));
    TensorCodec plain = codec.rounded().orElseThrow();
    assertThat(codec.decode(codec.encode(tensor, layout), layout))
        .isEqualTo(plain.decode(plain.encode(tensor, layout), layout));
  }

  @Test
  void everyHalfSurvivesAndEverySingleGoesToTheNearestOne() {
    for (int h = 0; h < 1 << 16; h++) {
      float value = Float.intBitsToFloat(HalfPrecision.single((short) h));
      assertThat(Float.valueOf(value)).isEqualTo(Float.valueOf(reference(h)));
      if (!Float.isNaN(value)) {
        assertThat(HalfPrecision.half(Float.floatToRawIntBits(value)) & 0xffff).isEqualTo(h);
      }
    }
    Random random = new Random(3);
    for (int i = 0; i < 200_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (i % 2 == 0) {
        value = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(45) - 28));
      }
      checkNearest(value);
    }
  }

  private static void checkNearest(float value) {
    int half = HalfPrecision.half(Float.floatToRawIntBits(value)) & 0xffff;
    float back = reference(half);
    if (Float.isNaN(value)) {
      assertThat(back).isNaN();
      return;
    }
    if (Float.isInfinite(value)) {
      assertThat(back).isEqualTo(value);
      return;
    }
    float clamped = Math.max(-65504, Math.min(65504, value));
    double off = Math.abs((double) back - clamped);
    for (int neighbour : new int[] {half - 1, half + 1}) {
      float other = reference(neighbour & 0xffff);
      if (!Float.isNaN(other) && !Float.isInfinite(other)) {
        double otherOff = Math.abs((double) other - clamped);
        assertThat(off).as("%s as %s or %s", value, back, other).isLessThanOrEqualTo(otherOff);
        if (off == otherOff && off > 0) {
          assertThat(half & 1).as("ties go to even: %s", value).isZero();
        }
      }
    }
  }

  private static float reference(int half) {
    int exponent = (half >> 10) & 31;
    int fraction = half & 1023;
    double size =
        exponent == 0
            ? fraction * 0x1p-24
            : exponent == 31
                ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                : (1024 + fraction) * Math.pow(2, exponent - 25);
    return (float) ((half & 0x8000) == 0 ? size : -size);
  }

  @Test
  void int8IsOffByHalfAStepOfItsChannelAtMostAndKeepsConstantChannels() {
    TensorLayout layout = TensorLayout.ofFloats(List.of(1L, 3L, 8L, 8L));
    float[] values = activations(layout.elements(), 4);
    Arrays.fill(values, 0, 64, -3.25f);
    for (int i = 128; i < 192; i++) {
      values[i] = values[i] * 1000 - 7;
    }
    float[] back =
        floats(TensorCodec.INT8.decode(TensorCodec.INT8.encode(bytes(values), layout), layout));
    for (int channel = 0; channel < 3; channel++) {
      float least = Float.MAX_VALUE;
      float most = -Float.MAX_VALUE;
      for (int i = 64 * channel; i < 64 * (channel + 1); i++) {
        least = Math.min(least, values[i]);
        most = Math.max(most, values[i]);
      }
      double half = (most - least) / 255.0 / 2;
      for (int i = 64 * channel; i < 64 * (channel + 1); i++) {
        assertThat((double) Math.abs(back[i] - values[i])).isLessThanOrEqualTo(half * 1.001);
      }
    }
  }

  @Test
  void int8SendsWhatItCannotScaleAsItIs() {
    TensorLayout layout = TensorLayout.ofFloats(List.of(1L, 2L, 40L));
    for (float odd : ODD) {
      float[] values = activations(layout.elements(), 6);
      values[50] = odd;
      for (TensorCodec codec :
          List.of(TensorCodec.INT8, TensorCodec.INT8_ZSTD, TensorCodec.INT8_LZ4)) {
        float[] back = floats(codec.decode(codec.encode(bytes(values), layout), layout));
        if (Float.isFinite(odd)) {
          assertThat(back[0]).isCloseTo(values[0], org.assertj.core.data.Offset.offset(0.02f));
        } else {
          assertThat(Arrays.equals(back, values)).isTrue();
        }
      }
    }
    TensorLayout wide = TensorLayout.ofFloats(List.of(64L));
    float[] extremes = new float[64];
    extremes[0] = -Float.MAX_VALUE;
    extremes[1] = Float.MAX_VALUE;
    float[] back =
        floats(TensorCodec.INT8.decode(TensorCodec.INT8.encode(bytes(extremes), wide), wide));
    assertThat(back[0]).isEqualTo(-Float.MAX_VALUE);
    assertThat(back[1]).isFinite().isGreaterThan(3.4e38f);
  }

  @Test
  void emptyAndSingleElementTensorsTravel() {
    for (List<Long> shape :
        List.of(List.<Long>of(), List.of(0L), List.of(1L, 0L, 3L), List.of(1L))) {
      TensorLayout layout = TensorLayout.ofFloats(shape);
      ByteBuffer tensor = bytes(new float[layout.elements()]);
      for (TensorCodec codec : TensorCodec.values()) {
        assertThat(codec.decode(codec.encode(tensor, layout), layout)).isEqualTo(tensor);
      }
    }
  }

  @Test
  void lossyCodecsTakeOnlySinglePrecision() {
    TensorLayout ids = new TensorLayout(false, 8, List.of(1L, 128L));
    assertThat(TensorCodec.FP16.takes(ids)).isFalse();
    assertThat(TensorCodec.ZSTD.takes(ids)).isTrue();
    assertThatThrownBy(() -> TensorCodec.INT8.encode(ByteBuffer.allocate(1024), ids))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("single precision");
  }

  @ParameterizedTest
  @EnumSource
  void whateverAPeerSendsIsRefusedOrATensorOfTheRightSize(TensorCodec codec) {
    TensorLayout layout = TensorLayout.ofFloats(List.of(1L, 8L, 16L, 16L));
    ByteBuffer good = codec.encode(bytes(activations(layout.elements(), 8)), layout);
    byte[] sent = new byte[good.remaining()];
    good.get(sent);
    Random random = new Random(9);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] odd = Arrays.copyOf(sent, i % 3 == 0 ? random.nextInt(sent.length + 40) : sent.length);
      for (int flips = random.nextInt(4); flips > 0 && odd.length > 0; flips--) {
        int at =
            random.nextBoolean()
                ? random.nextInt(Math.min(64, odd.length))
                : random.nextInt(odd.length);
        odd[at] = (byte) random.nextInt();
      }
      try {
        assertThat(codec.decode(ByteBuffer.wrap(odd), layout).remaining())
            .isEqualTo(layout.bytes());
      } catch (CodecException e) {
        refused++;
        assertThat(e.getMessage()).doesNotContain("\n");
      }
    }
    assertThat(refused).isGreaterThan(500);
  }

  @Test
  void aBombIsRefusedBeforeItIsExpanded() {
    TensorLayout large = TensorLayout.ofFloats(List.of(1L << 24));
    TensorLayout small = TensorLayout.ofFloats(List.of(1L << 10));
    ByteBuffer bomb = TensorCodec.ZSTD.encode(ByteBuffer.allocateDirect(large.bytes()), large);
    assertThat(bomb.remaining()).isLessThan(large.bytes() / 1000);
    assertThatThrownBy(() -> TensorCodec.ZSTD.decode(bomb, small))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("packed from 67108864 bytes, expected [4096]");
    bomb.order(ByteOrder.LITTLE_ENDIAN).putInt(0, small.bytes());
    assertThatThrownBy(() -> TensorCodec.ZSTD.decode(bomb, small))
        .isInstanceOf(CodecException.class);
    assertThatThrownBy(() -> TensorCodec.LZ4.decode(ByteBuffer.allocate(8), large))
        .isInstanceOf(CodecException.class);
  }
}
