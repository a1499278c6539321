package org.scalpel.graph;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.scalpel.onnx.TensorProto;

/** Checks that every stored tensor holds as many bytes as its type and shape say. */
final class TensorCheck implements Consumer<TensorProto> {
  private final String label;
  private final Path folder;
  private final Map<String, Path> files = new LinkedHashMap<>();
  private final Map<String, Long> sizes = new HashMap<>();

  TensorCheck(String label, Path folder) {
    this.label = label;
    this.folder = folder;
  }

  /** The external files seen, by the location that the model gives. */
  Map<String, Path> files() {
    return files;
  }

  @Override
  public void accept(TensorProto tensor) {
    TensorFact fact = fact(tensor, label);
    if (!fact.isStatic()) {
      throw new ModelException(
          name(tensor) + " has shape " + fact.shape() + "; stored tensors have known dimensions");
    }
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      checkExternal(tensor, fact);
    } else if (tensor.hasRawData()) {
      expect(tensor, "bytes of raw data", tensor.getRawData().size(), fact.bytes(), fact);
    } else {
      checkFields(tensor, fact);
    }
  }

  /** Type and shape of a stored tensor. */
  static TensorFact fact(TensorProto tensor, String label) {
    try {
      return new TensorFact(ElementType.ofOnnx(tensor.getDataType()), tensor.getDimsList());
    } catch (ModelException e) {
      throw new ModelException(label + ": tensor '" + tensor.getName() + "': " + e.getMessage(), e);
    }
  }

  private void checkExternal(TensorProto tensor, TensorFact fact) {
    ExternalData external = ExternalData.of(tensor, label);
    Path file = files.computeIfAbsent(external.location(), l -> external.resolve(folder, label));
    long size = sizes.computeIfAbsent(external.location(), l -> size(file));
    long length = external.length().orElse(size - Math.min(size, external.offset()));
    if (external.offset() > size || length > size - external.offset()) {
      throw new ModelException(
          name(tensor)
              + " ends beyond external file '"
              + external.location()
              + "' of "
              + size
              + " bytes");
    }
    if (fact.type() == ElementType.STRING) {
      throw new ModelException(
          name(tensor) + " holds strings in an external file; the standard forbids it");
    }
    if (external.length().isPresent()) {
      expect(tensor, "bytes of external data", length, fact.bytes(), fact);
    } else if (length < fact.bytes()) {
      expect(tensor, "bytes of external data", length, fact.bytes(), fact);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new ModelException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Typed fields hold one number per element; the small types share the 32-bit field. */
  private void checkFields(TensorProto tensor, TensorFact fact) {
    long n = fact.elements();
    switch (fact.type()) {
      case FLOAT32 -> expect(tensor, "floats", tensor.getFloatDataCount(), n, fact);
      case COMPLEX64 -> expect(tensor, "floats", tensor.getFloatDataCount(), 2 * n, fact);
      case FLOAT64 -> expect(tensor, "doubles", tensor.getDoubleDataCount(), n, fact);
      case COMPLEX128 -> expect(tensor, "doubles", tensor.getDoubleDataCount(), 2 * n, fact);
      case INT64 -> expect(tensor, "int64 numbers", tensor.getInt64DataCount(), n, fact);
      case UINT32, UINT64 -> expect(tensor, "uint64 numbers", tensor.getUint64DataCount(), n, fact);
      case STRING -> expect(tensor, "strings", tensor.getStringDataCount(), n, fact);
      case UINT8,
          INT8,
          UINT16,
          INT16,
          INT32,
          BOOL,
          FLOAT16,
          BFLOAT16,
          FLOAT8E4M3FN,
          FLOAT8E4M3FNUZ,
          FLOAT8E5M2,
          FLOAT8E5M2FNUZ,
          FLOAT8E8M0 ->
          expect(tensor, "int32 numbers", tensor.getInt32DataCount(), n, fact);
      case UINT4, INT4, FLOAT4E2M1, UINT2, INT2 ->
          expect(tensor, "packed int32 numbers", tensor.getInt32DataCount(), fact.bytes(), fact);
    }
  }

  private void expect(TensorProto tensor, String what, long found, long expected, TensorFact fact) {
    if (found != expected) {
      throw new ModelException(
          name(tensor) + " " + fact + " has " + found + " " + what + "; expected " + expected);
    }
  }

  private String name(TensorProto tensor) {
    return label + ": tensor '" + tensor.getName() + "'";
  }
}
