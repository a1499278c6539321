package org.scalpel.graph;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What lies in a folder of segments ({@code manifest.json}): running the files in order, passing
 * tensors by name, gives the outputs of the model.
 *
 * @param schema 1
 * @param modelSha256 {@link OnnxModel#sha256()} of the model that was cut
 * @param kernelsDigest {@link KernelGraph#digest()} of its kernels
 * @param segments in an order in which they can run
 * @param tensors every tensor at an end of a segment, once
 * @param outputs of the model, in its order
 */
public record Manifest(
    @JsonProperty(value = "schema", required = true) int schema,
    @JsonProperty(value = "model_sha256", required = true) String modelSha256,
    @JsonProperty(value = "kernels_digest", required = true) String kernelsDigest,
    @JsonProperty(value = "segments", required = true) List<Part> segments,
    @JsonProperty(value = "tensors", required = true) List<Boundary> tensors,
    @JsonProperty(value = "outputs", required = true) List<String> outputs) {
  /** The name of the file in its folder. */
  public static final String FILE = "manifest.json";

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

  /**
   * One segment.
   *
   * @param file relative to the manifest
   * @param tier its name
   * @param inputs tensor names
   * @param outputs tensor names
   */
  public record Part(
      @JsonProperty(value = "file", required = true) String file,
      @JsonProperty(value = "tier", required = true) String tier,
      @JsonProperty(value = "inputs", required = true) List<String> inputs,
      @JsonProperty(value = "outputs", required = true) List<String> outputs) {}

  /**
   * A tensor between segments or at the ends of the model.
   *
   * @param type as in {@link ElementType#contractName()}
   * @param shape -1 where a dimension is open
   */
  public record Boundary(
      @JsonProperty(value = "name", required = true) String name,
      @JsonProperty(value = "type", required = true) String type,
      @JsonProperty(value = "shape", required = true) List<Long> shape) {}

  /** Checks the version and copies the lists. */
  public Manifest {
    if (schema != 1) {
      throw new ModelException("manifest schema " + schema + "; expected 1");
    }
    segments = List.copyOf(segments);
    tensors = List.copyOf(tensors);
    outputs = List.copyOf(outputs);
  }

  /** Reads a manifest file; unknown and missing fields are refused. */
  public static Manifest read(Path file) {
    try {
      return JSON.readValue(Files.readString(file), Manifest.class);
    } catch (JsonProcessingException e) {
      throw new ModelException(
          file + ": not a manifest of segments: " + e.getOriginalMessage().replace('\n', ' '), e);
    } catch (IOException e) {
      throw new ModelException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** The text of the file. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a manifest is always JSON", e);
    }
  }
}
