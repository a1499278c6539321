package org.scalpel.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.app.UserException;

/**
 * What a run has measured so far: one JSON line per cell, appended as soon as the cell is done. Its
 * first line says with which options; other options begin a new journal. A line cut short by a
 * crash is dropped, its cell measured again.
 */
final class Journal {
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Line(String key, List<List<String>> rows) {}

  private final Path file;
  private final Map<String, List<List<String>>> done = new LinkedHashMap<>();

  private Journal(Path file) {
    this.file = file;
  }

  /** Opens the journal of a run with these options, going on where it ended. */
  static Journal open(Path file, String options) {
    Journal journal = new Journal(file);
    try {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      if (lines.isEmpty() || !lines.get(0).equals(options)) {
        Files.writeString(file, options + "\n");
      } else {
        lines.stream().skip(1).forEach(journal::take);
      }
    } catch (IOException e) {
      throw new UserException("cannot use journal " + file + ": " + e.getMessage(), e);
    }
    return journal;
  }

  private void take(String line) {
    try {
      Map<String, Object> entry = JSON.readValue(line, new TypeReference<>() {});
      Line read = JSON.convertValue(entry, Line.class);
      done.put(read.key(), read.rows());
    } catch (JsonProcessingException | IllegalArgumentException e) {
      // Cut short: that cell is measured again.
      return;
    }
  }

  int size() {
    return done.size();
  }

  Optional<List<List<String>>> rows(String key) {
    return Optional.ofNullable(done.get(key));
  }

  void add(String key, List<List<String>> rows) {
    done.put(key, rows);
    try {
      Files.writeString(
          file, JSON.writeValueAsString(new Line(key, rows)) + "\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The run is finished: the next one starts anew. */
  void finish() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
