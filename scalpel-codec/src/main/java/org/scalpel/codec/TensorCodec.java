package org.scalpel.codec;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Ways in which a tensor may travel instead of as it is: perhaps rounded to fewer bits, perhaps
 * compressed. Safe to call from several threads.
 *
 * <ul>
 *   <li>{@code zstd}, {@code lz4}: bytes of equal weight side by side, then compressed. Bit exact,
 *       whatever the values are; any type of element.
 *   <li>{@code fp16}: half precision; beyond ±65504 numbers saturate, infinities and NaN stay.
 *   <li>{@code int8}: one byte per element, scaled per channel. A tensor with an infinity or a NaN
 *       travels as it is.
 *   <li>{@code fp16+zstd}, …: rounded, then compressed.
 * </ul>
 *
 * The lossy ones are for single precision numbers only.
 */
public enum TensorCodec {
  /** Half precision. */
  FP16("fp16", Rounding.HALF, Packing.NONE),
  /** One byte per element. */
  INT8("int8", Rounding.BYTES, Packing.NONE),
  /** Lossless, for links that are slow. */
  ZSTD("zstd", Rounding.NONE, Packing.ZSTD),
  /** Lossless, for links that are fast. */
  LZ4("lz4", Rounding.NONE, Packing.LZ4),
  /** Half precision, then lossless. */
  FP16_ZSTD("fp16+zstd", Rounding.HALF, Packing.ZSTD),
  /** One byte per element, then lossless. */
  INT8_ZSTD("int8+zstd", Rounding.BYTES, Packing.ZSTD),
  /** One byte per element, then lossless and quick. */
  INT8_LZ4("int8+lz4", Rounding.BYTES, Packing.LZ4);

  private enum Rounding {
    NONE,
    HALF,
    BYTES
  }

  private enum Packing {
    NONE,
    ZSTD,
    LZ4
  }

  // Asked for every tensor of every request.
  private static final Map<String, TensorCodec> NAMED =
      Stream.of(values()).collect(Collectors.toUnmodifiableMap(TensorCodec::text, c -> c));

  private final String text;
  private final Rounding rounding;
  private final Packing packing;

  TensorCodec(String text, Rounding rounding, Packing packing) {
    this.text = text;
    this.rounding = rounding;
    this.packing = packing;
  }

  /** Its name in plans, profiles and messages. */
  public String text() {
    return text;
  }

  /** The codec of that name. */
  public static Optional<TensorCodec> named(String text) {
    return Optional.ofNullable(NAMED.get(text));
  }

  /** The names of all. */
  public static List<String> names() {
    return Stream.of(values()).map(TensorCodec::text).toList();
  }

  /** Whether it gives back every bit. */
  public boolean lossless() {
    return rounding == Rounding.NONE;
  }

  /** The one that loses as much and does not compress: {@code int8} of {@code int8+zstd}. */
  public Optional<TensorCodec> rounded() {
    return switch (rounding) {
      case NONE -> Optional.empty();
      case HALF -> Optional.of(FP16);
      case BYTES -> Optional.of(INT8);
    };
  }

  /** Whether such a tensor can travel in it. */
  public boolean takes(TensorLayout layout) {
    return lossless() || layout.floats();
  }

  /**
   * Encodes.
   *
   * @param tensor exactly the bytes of the layout; left as it is
   * @return a direct buffer
   * @throws CodecException the codec does not take such tensors, or the size is another
   */
  public ByteBuffer encode(ByteBuffer tensor, TensorLayout layout) {
    check(layout);
    checkSize(tensor, layout.bytes());
    ByteBuffer rounded = round(tensor, layout);
    if (packing == Packing.NONE) {
      return rounded;
    }
    try (Squeezer squeezer = squeezer()) {
      return new ShuffledBytes(width(layout), squeezer).pack(rounded);
    }
  }

  /**
   * Decodes what a peer sent: sizes are checked before anything is allocated, and no more is
   * allocated than the layout needs.
   *
   * @return a direct buffer with exactly the bytes of the layout
   * @throws CodecException it is not what {@link #encode} makes of such a tensor
   */
  public ByteBuffer decode(ByteBuffer coded, TensorLayout layout) {
    check(layout);
    if (packing == Packing.NONE) {
      return unround(coded, layout);
    }
    int[] lengths =
        switch (rounding) {
          case NONE -> new int[] {layout.bytes()};
          case HALF -> new int[] {HalfPrecision.size(layout)};
          case BYTES -> new int[] {ChannelInt8.size(layout), layout.bytes()};
        };
    try (Squeezer squeezer = squeezer()) {
      ByteBuffer plain = new ShuffledBytes(width(layout), squeezer).unpack(coded, lengths);
      return unround(plain, layout);
    }
  }

  private ByteBuffer round(ByteBuffer tensor, TensorLayout layout) {
    switch (rounding) {
      case HALF -> {
        ByteBuffer out = ByteBuffer.allocateDirect(HalfPrecision.size(layout));
        HalfPrecision.encode(tensor, out);
        return out;
      }
      case BYTES -> {
        int most = Math.max(ChannelInt8.size(layout), layout.bytes());
        ByteBuffer out = ByteBuffer.allocateDirect(most);
        ChannelInt8.encode(tensor, layout, out);
        return out;
      }
      default -> {
        return tensor;
      }
    }
  }

  private ByteBuffer unround(ByteBuffer coded, TensorLayout layout) {
    if (rounding == Rounding.NONE) {
      return coded;
    }
    if (rounding == Rounding.HALF || coded.remaining() != layout.bytes()) {
      checkSize(
          coded, rounding == Rounding.HALF ? HalfPrecision.size(layout) : ChannelInt8.size(layout));
    }
    ByteBuffer out = ByteBuffer.allocateDirect(layout.bytes());
    if (rounding == Rounding.HALF) {
      HalfPrecision.decode(coded, out);
    } else {
      ChannelInt8.decode(coded, layout, out);
    }
    return out;
  }

  private int width(TensorLayout layout) {
    return switch (rounding) {
      case NONE -> layout.elementBytes();
      case HALF -> Short.BYTES;
      case BYTES -> 1;
    };
  }

  private Squeezer squeezer() {
    return packing == Packing.ZSTD ? new Squeezer.Zstandard() : new Squeezer.Lz4();
  }

  private void check(TensorLayout layout) {
    if (!takes(layout)) {
      throw new CodecException(
          "codec %s: takes single precision numbers, not elements of %d bytes"
              .formatted(text, layout.elementBytes()));
    }
  }

  private void checkSize(ByteBuffer buffer, int expected) {
    if (buffer.remaining() != expected) {
      throw new CodecException(
          "codec %s: %d bytes, expected %d".formatted(text, buffer.remaining(), expected));
    }
  }
}
