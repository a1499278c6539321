package org.scalpel.learn;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/** Data sets as files, see {@link Dataset}. */
final class DatasetFiles {
  /** A line with a model of some thousand kernels; more is no data set. */
  private static final int MAX_LINE = 8 << 20;

  private static final int MAX_LINES = 2_000_000;

  private DatasetFiles() {}

  static Dataset read(Path file) {
    try (BufferedReader reader = reader(file)) {
      return parse(reader, file.toString());
    } catch (NoSuchFileException e) {
      throw new LearnException(file + ": no such file", e);
    } catch (CharacterCodingException e) {
      throw new LearnException(file + ": expected UTF-8 text, found other bytes", e);
    } catch (EOFException | ZipException e) {
      throw new LearnException(file + ": expected a whole gzip file: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new LearnException(file + ": could not be read: " + e, e);
    }
  }

  private static BufferedReader reader(Path file) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    try {
      InputStream plain = TextFiles.compressed(file) ? new GZIPInputStream(bytes, 1 << 16) : bytes;
      return new BufferedReader(
          new InputStreamReader(plain, StandardCharsets.UTF_8.newDecoder()), 1 << 16);
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }

  private static Dataset parse(BufferedReader reader, String label) throws IOException {
    Platform platform = DatasetLines.platform(line(reader, label, 1), label + " line 1");
    List<KernelSample> samples = new ArrayList<>();
    List<ModelSample> models = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (int number = 2; ; number++) {
      String text = line(reader, label, number);
      if (text.isEmpty()) {
        return new Dataset(platform, samples, models);
      }
      String place = label + " line " + number;
      DatasetLines.Line line = DatasetLines.line(text, place);
      String id;
      if (line.kind().equals("kernel")) {
        samples.add(DatasetLines.kernel(line.value(), place));
        id = samples.get(samples.size() - 1).id();
      } else if (line.kind().equals("model")) {
        models.add(DatasetLines.model(line.value(), place));
        id = "model " + models.get(models.size() - 1).id();
      } else {
        throw new LearnException(
            place + ": unknown field '" + line.kind() + "'; expected 'kernel' or 'model'");
      }
      if (!ids.add(id)) {
        throw new LearnException(place + ": '" + id + "' is there twice");
      }
    }
  }

  /** A line of bounded length, empty at the end; empty lines before it are refused. */
  private static String line(BufferedReader reader, String label, int number) throws IOException {
    if (number > MAX_LINES) {
      throw new LearnException(label + ": more than " + MAX_LINES + " lines; no data set has");
    }
    StringBuilder text = new StringBuilder();
    for (int c = reader.read(); c >= 0; c = reader.read()) {
      if (c == '\n') {
        if (text.isEmpty()) {
          throw new LearnException(label + " line " + number + ": empty; expected a document");
        }
        return text.toString();
      }
      if (text.length() == MAX_LINE) {
        throw new LearnException(label + " line " + number + ": longer than any line is");
      }
      text.append((char) c);
    }
    return text.toString();
  }

  static void write(Dataset data, Path file) {
    Path beside = file.resolveSibling(file.getFileName() + ".writing");
    try {
      try (Writer out = writer(beside, TextFiles.compressed(file))) {
        out.write(DatasetLines.header(data.platform()) + "\n");
        for (KernelSample sample : data.samples()) {
          out.write(DatasetLines.kernel(sample) + "\n");
        }
        for (ModelSample model : data.models()) {
          out.write(DatasetLines.model(model) + "\n");
        }
      }
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new LearnException(file + ": could not be written: " + e.getMessage(), e);
    } finally {
      TextFiles.delete(beside);
    }
  }

  private static Writer writer(Path file, boolean compressed) throws IOException {
    OutputStream bytes = Files.newOutputStream(file);
    try {
      OutputStream out = compressed ? new GZIPOutputStream(bytes, 1 << 16) : bytes;
      return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 16);
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }
}
