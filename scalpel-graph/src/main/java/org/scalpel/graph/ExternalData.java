package org.scalpel.graph;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.scalpel.onnx.StringStringEntryProto;
import org.scalpel.onnx.TensorProto;

/**
 * Where a tensor's bytes lie outside the model file. Never loaded here: only checked, and handed on
 * to the runtime or copied from file to file.
 *
 * @param location relative to the model's folder, as the file says it
 * @param offset of the first byte
 * @param length in bytes; empty = up to the end of the file
 */
record ExternalData(String location, long offset, OptionalLong length) {

  /** Reads the entries of a tensor whose data is external. */
  static ExternalData of(TensorProto tensor, String label) {
    String location = "";
    long offset = 0;
    OptionalLong length = OptionalLong.empty();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      switch (entry.getKey()) {
        case "location" -> location = entry.getValue();
        case "offset" -> offset = number(entry, tensor, label);
        case "length" -> length = OptionalLong.of(number(entry, tensor, label));
        default -> {
          // The standard lets producers add keys, "checksum" among them.
        }
      }
    }
    if (location.isEmpty()) {
      throw new ModelException(
          label + ": tensor '" + tensor.getName() + "' has external data without a location");
    }
    return new ExternalData(location, offset, length);
  }

  private static long number(StringStringEntryProto entry, TensorProto tensor, String label) {
    try {
      long value = Long.parseLong(entry.getValue().trim());
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Falls through to the message below, which says what was expected.
    }
    throw new ModelException(
        label
            + ": external data of tensor '"
            + tensor.getName()
            + "' has "
            + entry.getKey()
            + " '"
            + entry.getValue()
            + "'; expected a number of bytes, 0 or more");
  }

  /** The file, after checking that it lies inside the folder even when links are followed. */
  Path resolve(Path folder, String label) {
    try {
      Path inside = folder.resolve(location).normalize();
      if (Path.of(location).isAbsolute() || !inside.startsWith(folder.normalize())) {
        throw outside(label);
      }
      if (!Files.exists(inside)) {
        throw new ModelException(
            label
                + ": external data file '"
                + location
                + "' is missing; expected it beside the model");
      }
      Path real = inside.toRealPath();
      if (!real.startsWith(folder.toRealPath())) {
        throw outside(label);
      }
      if (!Files.isRegularFile(real)) {
        throw new ModelException(
            label + ": external data '" + location + "' is not a regular file");
      }
      return real;
    } catch (InvalidPathException | IOException e) {
      throw new ModelException(
          label + ": external data file '" + location + "' cannot be read: " + e.getMessage(), e);
    }
  }

  private ModelException outside(String label) {
    return new ModelException(
        label
            + ": external data '"
            + location
            + "' lies outside the model's folder; expected a relative path inside it");
  }
}
