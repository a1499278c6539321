package org.scalpel.app;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/**
 * NumPy's array files, versions 1 to 3:
 *
 * <pre>
 *   \x93NUMPY | major | minor | header length (2 or 4 bytes) | {'descr': '&lt;f4', 'fortran_order': False, 'shape': (1, 3), } | data
 * </pre>
 */
final class NpyFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Map<String, ElementType> TYPES =
      Map.ofEntries(
          Map.entry("<f4", ElementType.FLOAT32),
          Map.entry("<f8", ElementType.FLOAT64),
          Map.entry("<f2", ElementType.FLOAT16),
          Map.entry("|u1", ElementType.UINT8),
          Map.entry("|i1", ElementType.INT8),
          Map.entry("<u2", ElementType.UINT16),
          Map.entry("<i2", ElementType.INT16),
          Map.entry("<i4", ElementType.INT32),
          Map.entry("<u4", ElementType.UINT32),
          Map.entry("<i8", ElementType.INT64),
          Map.entry("<u8", ElementType.UINT64),
          Map.entry("|b1", ElementType.BOOL));
  private static final Pattern DESCR = Pattern.compile("'descr':\\s*'([^']+)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order':\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([^)]*)\\)");

  private NpyFile() {}

  static TensorData read(Path file) {
    ByteBuffer bytes = ByteBuffer.wrap(InputFile.bytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    String header = header(file, bytes);
    String descr = find(file, header, DESCR, "descr");
    if (find(file, header, ORDER, "fortran_order").equals("True")) {
      throw new UserException(file + ": expected an array in C order, found Fortran order");
    }
    ElementType type =
        Optional.ofNullable(TYPES.get(descr))
            .orElseThrow(
                () ->
                    new UserException(
                        file + ": element type " + descr + ", expected one of " + TYPES.keySet()));
    TensorFact fact = new TensorFact(type, shape(file, find(file, header, SHAPE, "shape")));
    if (fact.bytes() != bytes.remaining()) {
      throw new UserException(
          file
              + ": expected "
              + fact.bytes()
              + " bytes for "
              + fact
              + ", found "
              + bytes.remaining());
    }
    return new TensorData(fact, TensorData.allocate(fact).put(bytes).flip());
  }

  static byte[] write(TensorData tensor) {
    String descr =
        TYPES.entrySet().stream()
            .filter(entry -> entry.getValue() == tensor.fact().type())
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow(
                () -> new UserException("a tensor of " + tensor.fact() + " has no .npy type"));
    StringBuilder shape = new StringBuilder();
    tensor.fact().shape().forEach(dim -> shape.append(dim).append(", "));
    String text =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(descr, shape.toString().strip());
    int fixed = MAGIC.length + 4;
    int padded = (fixed + text.length() + 1 + 63) / 64 * 64 - fixed;
    byte[] header = (" ".repeat(padded - 1) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(text.getBytes(StandardCharsets.ISO_8859_1), 0, header, 0, text.length());
    byte[] data = tensor.bytes();
    return ByteBuffer.allocate(fixed + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) header.length)
        .put(header)
        .put(data)
        .array();
  }

  private static String header(Path file, ByteBuffer bytes) {
    byte[] magic = new byte[MAGIC.length];
    if (bytes.remaining() < MAGIC.length + 4) {
      throw new UserException(
          file + ": expected a NumPy array, found " + bytes.remaining() + " bytes");
    }
    bytes.get(magic);
    if (!java.util.Arrays.equals(magic, MAGIC)) {
      throw new UserException(file + ": expected a NumPy array (.npy), found something else");
    }
    int major = bytes.get();
    bytes.get();
    long length = major == 1 ? bytes.getShort() & 0xFFFF : lengthOf(bytes);
    if (length < 0 || length > bytes.remaining()) {
      throw new UserException(file + ": the header is cut off");
    }
    byte[] header = new byte[(int) length];
    bytes.get(header);
    return new String(header, StandardCharsets.ISO_8859_1);
  }

  private static long lengthOf(ByteBuffer bytes) {
    return bytes.remaining() < 4 ? -1 : bytes.getInt() & 0xFFFFFFFFL;
  }

  private static String find(Path file, String header, Pattern pattern, String field) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new UserException(file + ": header: expected '" + field + "', found none");
    }
    return matcher.group(1);
  }

  private static List<Long> shape(Path file, String text) {
    List<Long> shape = new ArrayList<>();
    for (String part : text.split(",")) {
      if (!part.isBlank()) {
        try {
          shape.add(Long.parseLong(part.strip()));
        } catch (NumberFormatException fault) {
          throw new UserException(file + ": header: shape (" + text + ")", fault);
        }
      }
    }
    return shape;
  }
}
