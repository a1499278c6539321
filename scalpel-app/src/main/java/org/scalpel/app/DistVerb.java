package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Packs what this program runs from, platform by platform. */
@Command(
    footer = {
      "  scalpel dist -o dist",
      "  scalpel dist -o dist --platform linux-arm64",
      "  then, on the other machine: tar xzf scalpel-*-linux-arm64.tar.gz && scalpel-*/bin/scalpel serve …"
    })
final class DistVerb extends Verb {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      defaultValue = "dist",
      description = "The folder for the archives (default: ${DEFAULT-VALUE}).")
  private Path output = Path.of("dist");

  @Option(
      names = "--platform",
      split = ",",
      paramLabel = "NAME",
      description = "linux-x64, linux-arm64 (default: both).")
  private List<String> platforms = new ArrayList<>();

  @Override
  protected int run(Console console) throws IOException {
    List<Path> jars = jars();
    List<Platform> wanted =
        platforms.isEmpty()
            ? List.of(Platform.values())
            : platforms.stream().map(Platform::parse).toList();
    Files.createDirectories(output);
    ArrayNode archives = Json.array();
    try (Progress progress = console.progress("packing", wanted.size())) {
      for (Platform platform : wanted) {
        Path file = new Archive(BuildInfo.version(), platform, jars).write(output);
        console.print(file + "  " + Units.bytes(Files.size(file)));
        archives
            .addObject()
            .put("platform", platform.text())
            .put("file", file.toString())
            .put("bytes", Files.size(file));
        progress.step();
      }
    }
    console.json(Json.object().set("archives", archives));
    return OK;
  }

  /** The runtime class path of this process, which must be the packaged one. */
  private static List<Path> jars() {
    List<Path> jars = new ArrayList<>();
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (part.isEmpty()) {
        continue;
      }
      Path path = Path.of(part);
      if (!part.endsWith(".jar") || !Files.isRegularFile(path)) {
        throw new UserException(
            "dist: the class path holds "
                + part
                + ", expected jars only. Maybe start it by ./scalpel");
      }
      jars.add(path);
    }
    return jars;
  }
}
