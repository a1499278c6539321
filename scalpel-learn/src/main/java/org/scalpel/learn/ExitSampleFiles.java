package org.scalpel.learn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * {@link ExitSamples} as JSON lines: what they are of, then for every sample its label and for
 * every exit the class and the three confidences.
 *
 * <pre>
 *   {"schema": 1, "model_sha256": "…", "exits": ["exit1", "final"], "classes": 10, "labelled": true}
 *   [3, [3, 0.98, 0.97, 0.94], [3, 0.99, 0.98, 0.96]]
 * </pre>
 */
final class ExitSampleFiles {
  private static final int NUMBERS = 4;
  private static final int MOST_ROWS = 20_000_000;

  private ExitSampleFiles() {}

  static void write(ExitSamples samples, Path file) {
    Path beside =
        file.resolveSibling("." + file.getFileName() + "." + ProcessHandle.current().pid());
    try {
      try (OutputStream out = Files.newOutputStream(beside);
          Writer text =
              new OutputStreamWriter(
                  TextFiles.compressed(file) ? new GZIPOutputStream(out) : out,
                  StandardCharsets.UTF_8)) {
        ObjectNode header = TextFiles.JSON.createObjectNode();
        header.put("schema", 1).put("model_sha256", samples.modelSha256());
        samples.exits().forEach(header.putArray("exits")::add);
        header.put("classes", samples.classes()).put("labelled", samples.labelled());
        text.write(header + "\n");
        for (ExitSamples.Row row : samples.rows()) {
          text.write(line(row) + "\n");
        }
      }
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      TextFiles.delete(beside);
      throw new LearnException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  private static ArrayNode line(ExitSamples.Row row) {
    ArrayNode line = TextFiles.JSON.createArrayNode().add(row.label());
    for (ExitSamples.Answer answer : row.answers()) {
      line.addArray()
          .add(answer.answer())
          .add(answer.probability())
          .add(answer.margin())
          .add(answer.entropy());
    }
    return line;
  }

  static ExitSamples read(Path file) {
    try (InputStream in = Files.newInputStream(file);
        BufferedReader text =
            new BufferedReader(
                new InputStreamReader(
                    TextFiles.compressed(file) ? new GZIPInputStream(in) : in,
                    StandardCharsets.UTF_8))) {
      JsonNode header = parse(file, 1, text.readLine());
      List<String> exits = new ArrayList<>();
      header.path("exits").forEach(name -> exits.add(name.asText()));
      int classes = header.path("classes").asInt();
      if (header.path("schema").asInt() != 1 || exits.isEmpty() || classes < 2) {
        throw new LearnException(file + " line 1: expected samples of exits, schema 1");
      }
      List<ExitSamples.Row> rows = new ArrayList<>();
      for (String line = text.readLine(); line != null; line = text.readLine()) {
        if (rows.size() == MOST_ROWS) {
          throw new LearnException(file + ": expected at most " + MOST_ROWS + " samples");
        }
        rows.add(row(file, rows.size() + 2, line, exits.size(), classes));
      }
      return new ExitSamples(
          header.path("model_sha256").asText(),
          exits,
          classes,
          header.path("labelled").asBoolean(),
          rows,
          new Skipped(List.of(), List.of()));
    } catch (IOException e) {
      throw new LearnException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static JsonNode parse(
      Path file, int number, @org.jspecify.annotations.Nullable String line) {
    try {
      return TextFiles.JSON.readTree(line == null ? "null" : line);
    } catch (JsonProcessingException e) {
      throw new LearnException(
          "%s line %d: %s".formatted(file, number, e.getOriginalMessage().replace('\n', ' ')), e);
    }
  }

  private static ExitSamples.Row row(Path file, int number, String line, int exits, int classes) {
    JsonNode json = parse(file, number, line);
    String where = file + " line " + number + ": ";
    if (!json.isArray() || json.size() != exits + 1) {
      throw new LearnException(
          where + "expected a label and " + exits + " answers, found " + json.size() + " things");
    }
    List<ExitSamples.Answer> answers = new ArrayList<>();
    for (int exit = 1; exit <= exits; exit++) {
      JsonNode one = json.get(exit);
      boolean sane = one.isArray() && one.size() == NUMBERS && isClass(one.get(0), classes);
      for (int i = 1; sane && i < NUMBERS; i++) {
        sane = one.get(i).isNumber() && Math.abs(one.get(i).asDouble()) <= 2;
      }
      if (!sane) {
        throw new LearnException(
            where + "expected a class and three confidences of 0 to 1, found " + one);
      }
      answers.add(
          new ExitSamples.Answer(
              one.get(0).asInt(),
              one.get(1).floatValue(),
              one.get(2).floatValue(),
              one.get(3).floatValue()));
    }
    if (!isClass(json.get(0), classes)) {
      throw new LearnException(where + "label " + json.get(0) + "; expected a class");
    }
    return new ExitSamples.Row(json.get(0).asInt(), answers);
  }

  private static boolean isClass(JsonNode json, int classes) {
    return json.isInt() && json.asInt() >= 0 && json.asInt() < classes;
  }
}
