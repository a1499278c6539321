package org.scalpel.graph;

import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What one element of a tensor is: the closed list of ONNX, with its names elsewhere. */
public enum ElementType {
  FLOAT32(1, "FP32", "float32", 32),
  UINT8(2, "UINT8", "uint8", 8),
  INT8(3, "INT8", "int8", 8),
  UINT16(4, "UINT16", "uint16", 16),
  INT16(5, "INT16", "int16", 16),
  INT32(6, "INT32", "int32", 32),
  INT64(7, "INT64", "int64", 64),
  STRING(8, "BYTES", "string", 0),
  BOOL(9, "BOOL", "bool", 8),
  FLOAT16(10, "FP16", "float16", 16),
  FLOAT64(11, "FP64", "float64", 64),
  UINT32(12, "UINT32", "uint32", 32),
  UINT64(13, "UINT64", "uint64", 64),
  COMPLEX64(14, "COMPLEX64", "complex64", 64),
  COMPLEX128(15, "COMPLEX128", "complex128", 128),
  BFLOAT16(16, "BF16", "bfloat16", 16),
  FLOAT8E4M3FN(17, "FP8E4M3FN", "float8e4m3fn", 8),
  FLOAT8E4M3FNUZ(18, "FP8E4M3FNUZ", "float8e4m3fnuz", 8),
  FLOAT8E5M2(19, "FP8E5M2", "float8e5m2", 8),
  FLOAT8E5M2FNUZ(20, "FP8E5M2FNUZ", "float8e5m2fnuz", 8),
  UINT4(21, "UINT4", "uint4", 4),
  INT4(22, "INT4", "int4", 4),
  FLOAT4E2M1(23, "FP4E2M1", "float4e2m1", 4),
  FLOAT8E8M0(24, "FP8E8M0", "float8e8m0", 8),
  UINT2(25, "UINT2", "uint2", 2),
  INT2(26, "INT2", "int2", 2);

  private static final Map<Integer, ElementType> BY_CODE = index(ElementType::onnxCode);
  private static final Map<String, ElementType> BY_OIP = index(ElementType::oipName);
  private static final Map<String, ElementType> BY_NAME = index(ElementType::contractName);

  private final int onnxCode;
  private final String oipName;
  private final String contractName;
  private final int bits;

  ElementType(int onnxCode, String oipName, String contractName, int bits) {
    this.onnxCode = onnxCode;
    this.oipName = oipName;
    this.contractName = contractName;
    this.bits = bits;
  }

  private static <K> Map<K, ElementType> index(Function<ElementType, K> key) {
    return Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(key, t -> t));
  }

  /** The number of this type in an ONNX file. */
  public int onnxCode() {
    return onnxCode;
  }

  /** The name in the Open Inference Protocol; types that it lacks keep a name in its style. */
  public String oipName() {
    return oipName;
  }

  /** The name in our files: {@code float32}, {@code int64}, … */
  public String contractName() {
    return contractName;
  }

  /** Bits of one element; empty for strings, whose elements differ in size. */
  public OptionalInt bits() {
    return bits == 0 ? OptionalInt.empty() : OptionalInt.of(bits);
  }

  /** Bytes of one element; empty for strings and for types packed several to a byte. */
  public OptionalInt bytes() {
    return bits < 8 ? OptionalInt.empty() : OptionalInt.of(bits / 8);
  }

  /** The type with this number in an ONNX file; unknown numbers are a {@link ModelException}. */
  public static ElementType ofOnnx(int code) {
    return found(BY_CODE.get(code), "ONNX element type " + code);
  }

  /** The type with this name in the Open Inference Protocol, for example {@code FP32}. */
  public static ElementType ofOip(String name) {
    return found(BY_OIP.get(name), "protocol data type '" + name + "'");
  }

  /** The type with this name in our files, for example {@code float32}. */
  public static ElementType ofContract(String name) {
    return found(BY_NAME.get(name), "element type '" + name + "'");
  }

  private static ElementType found(@Nullable ElementType type, String what) {
    if (type == null) {
      throw new ModelException(
          what + " is unknown; expected one of " + BY_NAME.keySet().stream().sorted().toList());
    }
    return type;
  }
}
