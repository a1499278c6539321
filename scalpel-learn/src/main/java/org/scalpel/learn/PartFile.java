package org.scalpel.learn;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.scalpel.cost.Stat;

/**
 * A data set that is being collected, in {@code FILE.part}: the lines of a data set, and after all
 * lines of one measured model {@code {"done": {"id", "pace_ms", "elapsed_s"}}}. What follows the
 * last such line was cut off and is measured again.
 */
final class PartFile {
  private final Path file;
  private final Set<String> done = new HashSet<>();
  private final List<Group> groups = new ArrayList<>();
  private double elapsedSeconds;

  private PartFile(Path file) {
    this.file = file;
  }

  /**
   * Begins a file, or goes on with it.
   *
   * @throws LearnException what is there is of another platform, or no data set
   */
  static PartFile open(Path output, Platform platform) {
    PartFile part = new PartFile(output.resolveSibling(output.getFileName() + ".part"));
    try {
      if (Files.exists(part.file)) {
        part.resume(platform);
      } else {
        Files.writeString(part.file, DatasetLines.header(platform) + "\n");
      }
    } catch (IOException e) {
      throw part.failure("could not be read", e);
    }
    return part;
  }

  private void resume(Platform platform) throws IOException {
    String text = Files.readString(file);
    String[] lines = text.split("\n", -1);
    if (!DatasetLines.platform(lines[0], file + " line 1").equals(platform)) {
      throw new LearnException(
          file + ": was begun on another platform or with other options. Maybe remove it");
    }
    List<KernelSample> kernels = new ArrayList<>();
    List<ModelSample> wholes = new ArrayList<>();
    StringBuilder kept = new StringBuilder(lines[0]).append('\n');
    StringBuilder group = new StringBuilder();
    // The last element is what follows the last line end: nothing, or half a line.
    for (int i = 1; i < lines.length - 1; i++) {
      String place = file + " line " + (i + 1);
      DatasetLines.Line line = DatasetLines.line(lines[i], place);
      group.append(lines[i]).append('\n');
      switch (line.kind()) {
        case "kernel" -> kernels.add(DatasetLines.kernel(line.value(), place));
        case "model" -> wholes.add(DatasetLines.model(line.value(), place));
        case "done" -> {
          String id = line.value().path("id").asText();
          double pace = line.value().path("pace_ms").asDouble();
          groups.add(new Group(id, kernels, wholes, pace));
          done.add(id);
          kernels.clear();
          wholes.clear();
          kept.append(group);
          group.setLength(0);
          elapsedSeconds = line.value().path("elapsed_s").asDouble();
        }
        default -> throw new LearnException(place + ": unknown field '" + line.kind() + "'");
      }
    }
    Files.writeString(file, kept);
  }

  boolean isDone(String id) {
    return done.contains(id);
  }

  /** What earlier runs took. */
  double elapsedSeconds() {
    return elapsedSeconds;
  }

  /** Generated models that are done. */
  int pieces() {
    return (int) groups.stream().filter(group -> group.models().isEmpty()).count();
  }

  void add(Group group, double elapsed) {
    StringBuilder text = new StringBuilder();
    group.samples().forEach(sample -> text.append(DatasetLines.kernel(sample)).append('\n'));
    group.models().forEach(model -> text.append(DatasetLines.model(model)).append('\n'));
    text.append(DatasetLines.done(group, elapsed)).append('\n');
    try {
      Files.writeString(file, text, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw failure("could not be written", e);
    }
    groups.add(group);
    done.add(group.id());
  }

  /** Everything, at the median pace of the collection. */
  Dataset dataset(Platform platform) {
    List<Group> full = groups.stream().filter(group -> !group.isEmpty()).toList();
    if (full.isEmpty()) {
      throw new LearnException(file + ": nothing was measured; the runtime refused every model");
    }
    double pace = Stat.quantile(full.stream().map(Group::paceMs).toList(), 0.5);
    List<Group> even = full.stream().map(group -> group.at(pace)).toList();
    return new Dataset(
        platform,
        even.stream().flatMap(group -> group.samples().stream()).toList(),
        even.stream().flatMap(group -> group.models().stream()).toList());
  }

  void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failure("could not be removed", e);
    }
  }

  private LearnException failure(String what, IOException cause) {
    return new LearnException(file + ": " + what + ": " + cause.getMessage(), cause);
  }
}
