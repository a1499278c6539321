package org.scalpel.examples;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.scalpel.app.UserException;
import org.scalpel.engine.UserCache;

/**
 * FFmpeg's program, which reads and writes videos for us through pipes: the one that came as a
 * Maven artifact, unpacked once into the user's cache folder, else the system's.
 */
final class Ffmpeg {
  private static final String FOLDER = "org/bytedeco/ffmpeg/";
  private static final long PATIENCE_S = 30;

  private final Path program;

  private Ffmpeg(Path program) {
    this.program = program;
  }

  /**
   * Finds it.
   *
   * @throws UserException it is nowhere
   */
  static Ffmpeg find() {
    String name = system().equals("windows") ? "ffmpeg.exe" : "ffmpeg";
    String folder = FOLDER + system() + "-" + processor() + "/";
    URL packed = Ffmpeg.class.getClassLoader().getResource(folder + name);
    if (packed != null) {
      return new Ffmpeg(unpacked(packed, folder).resolve(name));
    }
    for (String path : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path here = Path.of(path, name);
      if (Files.isExecutable(here)) {
        return new Ffmpeg(here);
      }
    }
    throw new UserException(
        "no ffmpeg is on the class path or the PATH. Maybe build with -Pexamples -Dffmpeg.platform="
            + system()
            + "-"
            + processor());
  }

  private static String system() {
    String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    return name.contains("win") ? "windows" : name.contains("mac") ? "macosx" : "linux";
  }

  private static String processor() {
    String name = System.getProperty("os.arch");
    return name.equals("aarch64") ? "arm64" : name.equals("amd64") ? "x86_64" : name;
  }

  private static Path unpacked(URL packed, String folder) {
    try (JarFile jar = ((JarURLConnection) packed.openConnection()).getJarFile()) {
      String label = Path.of(jar.getName()).getFileName().toString().replace(".jar", "");
      Path target = UserCache.folder().resolve(label);
      if (Files.isDirectory(target)) {
        return target;
      }
      Files.createDirectories(UserCache.folder());
      Path part = Files.createTempDirectory(UserCache.folder(), label);
      for (JarEntry entry : jar.stream().filter(e -> isWanted(e, folder)).toList()) {
        Path file = part.resolve(entry.getName().substring(folder.length()));
        try (InputStream stream = jar.getInputStream(entry)) {
          Files.copy(stream, file);
        }
        if (!file.toFile().setExecutable(true)) {
          throw new FileSystemException(file.toString(), null, "cannot be made executable");
        }
      }
      Files.move(part, target);
      return target;
    } catch (IOException fault) {
      throw new UserException("ffmpeg cannot be unpacked: " + fault.getMessage(), fault);
    }
  }

  /** The program and its libraries, without what Java would call. */
  private static boolean isWanted(JarEntry entry, String folder) {
    String name = entry.getName();
    return name.startsWith(folder)
        && !entry.isDirectory()
        && name.indexOf('/', folder.length()) < 0
        && !name.contains("jni");
  }

  /** A process with these arguments; its complaints are not heard. */
  Process start(List<String> arguments) {
    try {
      return builder(arguments).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException fault) {
      throw new UserException(program + ": cannot be run: " + fault.getMessage(), fault);
    }
  }

  /** All that it says with these arguments. */
  String said(List<String> arguments) {
    try {
      Process process = builder(arguments).redirectErrorStream(true).start();
      CompletableFuture<Process> late =
          process.onExit().completeOnTimeout(process, PATIENCE_S, TimeUnit.SECONDS);
      // Ending a process that has ended by itself would close what it said before it is read.
      var unused =
          late.thenAccept(
              one -> {
                if (one.isAlive()) {
                  one.destroyForcibly();
                }
              });
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException fault) {
      throw new UserException(program + ": cannot be run: " + fault.getMessage(), fault);
    }
  }

  private ProcessBuilder builder(List<String> arguments) {
    List<String> line = new ArrayList<>(List.of(program.toString(), "-hide_banner"));
    line.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(line);
    Path folder = Optional.ofNullable(program.getParent()).orElse(Path.of("."));
    String variable = system().equals("macosx") ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";
    builder
        .environment()
        .merge(variable, folder.toString(), (old, ours) -> ours + File.pathSeparator + old);
    return builder;
  }
}
