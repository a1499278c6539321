package org.scalpel.train;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Where a training stands, in a file: it goes on from there, to the same end as if it had never
 * been broken off.
 *
 * @param course that it follows
 * @param steps batches that are behind
 * @param seconds that they took
 */
record Checkpoint(
    @JsonProperty("course") Course course,
    @JsonProperty("steps") int steps,
    @JsonProperty("seconds") double seconds) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a file holds. */
  record Found(Checkpoint state, Weights weights) {}

  /** Replaces the file at once, so that it is whole whenever the process ends. */
  void write(Path file, Weights weights) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(part))) {
        out.writeUTF(JSON.writeValueAsString(this));
        out.write(weights.all().encode());
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a checkpoint.
   *
   * @param each batches in an epoch
   * @return empty if there is none
   * @throws TrainException it is broken or of another course
   */
  static Optional<Found> read(
      Path file, Course course, int each, Network network, NDManager memory) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      Checkpoint state = JSON.readValue(in.readUTF(), Checkpoint.class);
      if (!course.isSameUntil((double) state.steps / each, state.course)) {
        throw new TrainException(
            file + ": of another course, " + state.course + ". Maybe remove it to begin anew");
      }
      NDList all = NDList.decode(memory, in.readAllBytes());
      return Optional.of(new Found(state, Weights.of(network, all)));
    } catch (JsonProcessingException e) {
      throw new TrainException(file + ": is no checkpoint. Maybe remove it to begin anew", e);
    } catch (IOException e) {
      throw new TrainException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
