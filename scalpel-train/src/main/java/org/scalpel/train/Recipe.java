package org.scalpel.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How a model came about, in a file beside it.
 *
 * @param command that trains it again
 * @param course that it followed
 * @param pictures it learned from
 * @param trainingSeconds how long it learned, without reading pictures
 * @param machine where
 * @param macs multiply-accumulate operations for a picture, heads included
 * @param numbers in the model
 * @param sha256 of the model's file
 * @param judged how many test pictures, 0 without any
 * @param exits in the order of depth
 */
record Recipe(
    @JsonProperty("command") String command,
    @JsonProperty("course") Course course,
    @JsonProperty("pictures") int pictures,
    @JsonProperty("training_seconds") long trainingSeconds,
    @JsonProperty("machine") String machine,
    @JsonProperty("macs") long macs,
    @JsonProperty("numbers") long numbers,
    @JsonProperty("sha256") String sha256,
    @JsonProperty("test_pictures") int judged,
    @JsonProperty("exits") List<Exit> exits) {
  /**
   * One exit, if it answered everything.
   *
   * @param heldOut accuracy on pictures from which only its temperature was learned
   * @param test accuracy on test pictures, by the written model
   */
  record Exit(
      @JsonProperty("name") String name,
      @JsonProperty("temperature") double temperature,
      @JsonProperty("held_out_accuracy") double heldOut,
      @JsonProperty("test_accuracy") double test) {}

  Recipe {
    exits = List.copyOf(exits);
  }

  void write(Path file) {
    try {
      String text =
          new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(this);
      Files.writeString(file, text + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The machine that this runs on, in a few words. */
  static String here() {
    return "%d cores, %s %s, Java %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            System.getProperty("java.specification.version"));
  }
}
