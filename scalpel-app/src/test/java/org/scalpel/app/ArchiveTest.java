package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.TensorData;

/** Archives of what this test runs on, tried in a clean folder where this machine can. */
class ArchiveTest {
  private static final int ELF_MACHINE = 18;
  private static final int X86_64 = 0x3E;
  private static final int AARCH64 = 0xB7;
  private static final long SMALL = 95_000_000;
  private static final List<String> TEST_KIT =
      List.of("archunit", "assertj", "byte-buddy", "junit", "surefire", "opentest4j");

  @TempDir private Path folder;

  @Test
  @Timeout(value = 90, unit = TimeUnit.SECONDS)
  void anArchiveRunsInACleanFolderAndHoldsItsOwnPlatformOnly() throws Exception {
    Path file = new Archive("1", Platform.LINUX_X64, jars()).write(folder);
    assertThat(Files.size(file)).isLessThan(SMALL);
    Path clean = Files.createDirectory(folder.resolve("clean"));
    Map<String, byte[]> content = unpack(file, clean);
    assertThat(machines(content)).isNotEmpty().allMatch(machine -> machine == X86_64);
    assertThat(content.keySet()).noneMatch(name -> name.contains("rapidocr"));
    Path home = clean.resolve("scalpel-1-linux-x64");
    assertThat(home.resolve("LICENSE")).exists();
    if (!System.getProperty("os.arch").equals("amd64")) {
      return;
    }
    Path model = TinyModel.write(clean.resolve("tiny.onnx"), 2, "");
    TensorData tensor = TensorData.ofFloats(new float[8], 1, 8);
    Path input = Files.write(clean.resolve("x.npy"), NpyFile.write(tensor));
    assertThat(scalpel(home, clean, 0, "--version")).startsWith("scalpel ");
    String run = scalpel(home, clean, 0, "run", model, "--input", input, "--json", "-q");
    assertThat(Json.parse(run, "run").get("answered").asInt()).isEqualTo(1);
    Path problem = Examples.problem(clean);
    String plan =
        scalpel(home, clean, 0, "plan", "--problem", problem, "--objective", "makespan", "--json");
    assertThat(Json.parse(plan, "plan").get("objective").asText()).isEqualTo("makespan");
    assertThat(scalpel(home, clean, 2, "demo", "-q")).contains("not in this archive");
    assertThat(scalpel(home, clean, 2, "dist", "-o", clean, "--platform", "linux-arm64"))
        .contains("native libraries of linux-arm64 are not here");
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void theArchiveForArmHoldsLibrariesForArmOnly() throws IOException {
    Path file = new Archive("1", Platform.LINUX_ARM64, jars()).write(folder);
    assertThat(Files.size(file)).isLessThan(SMALL);
    Map<String, byte[]> content = unpack(file, folder);
    assertThat(machines(content)).hasSizeGreaterThan(2).allMatch(machine -> machine == AARCH64);
    assertThat(content.keySet())
        .filteredOn(name -> name.contains("ortools-linux"))
        .singleElement()
        .asString()
        .contains("aarch64");
  }

  @Test
  void aPlatformWhoseLibrariesAreNotAtHandIsRefused() throws IOException {
    List<Path> jars = jars();
    jars.removeIf(jar -> jar.getFileName().toString().startsWith("ortools-linux-aarch64"));
    assertThatThrownBy(() -> new Archive("1", Platform.LINUX_ARM64, jars).write(folder))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("linux-arm64");
    try (Stream<Path> written = Files.list(folder)) {
      assertThat(written.filter(path -> path.toString().endsWith(".gz"))).isEmpty();
    }
  }

  /** The class path of this test; folders of classes as jars. */
  private List<Path> jars() throws IOException {
    List<Path> jars = new ArrayList<>();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String part : classPath.split(File.pathSeparator, -1)) {
      Path path = Path.of(part);
      if (part.endsWith(".jar")) {
        String name = path.getFileName().toString();
        if (TEST_KIT.stream().noneMatch(name::startsWith)) {
          jars.add(path);
        }
      } else if (Files.isDirectory(path) && path.endsWith("classes")) {
        jars.add(jar(path, folder.resolve("part-" + jars.size() + ".jar")));
      }
    }
    return jars;
  }

  private static Path jar(Path classes, Path jar) throws IOException {
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar));
        Stream<Path> all = Files.walk(classes)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
        Files.copy(file, out);
      }
    }
    return jar;
  }

  private static Map<String, byte[]> unpack(Path archive, Path folder) throws IOException {
    Map<String, byte[]> content = new LinkedHashMap<>();
    try (InputStream in = Files.newInputStream(archive);
        TarArchiveInputStream tar = new TarArchiveInputStream(new GzipCompressorInputStream(in))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        byte[] bytes = tar.readAllBytes();
        Path file = folder.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        if ((entry.getMode() & 0100) != 0) {
          assertThat(file.toFile().setExecutable(true)).isTrue();
        }
        content.put(entry.getName(), bytes);
      }
    }
    return content;
  }

  /** The processors that the runtime's and the solver's native libraries are for. */
  private static List<Integer> machines(Map<String, byte[]> content) throws IOException {
    List<Integer> machines = new ArrayList<>();
    for (Map.Entry<String, byte[]> jar : content.entrySet()) {
      if (!jar.getKey().contains("onnxruntime") && !jar.getKey().contains("ortools-linux")) {
        continue;
      }
      try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(jar.getValue()))) {
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
          assertThat(entry.getName()).doesNotEndWith(".dll").doesNotEndWith(".dylib");
          if (entry.getName().contains(".so")) {
            byte[] head = zip.readNBytes(ELF_MACHINE + 1);
            machines.add(head[ELF_MACHINE] & 0xFF);
          }
        }
      }
    }
    return machines;
  }

  /** What a user of the archive sees, with nothing of this build in the environment. */
  private static String scalpel(Path home, Path folder, int code, Object... words)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(home.resolve("bin/scalpel").toString()));
    Stream.of(words).map(String::valueOf).forEach(command::add);
    Path out = folder.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(code != 0)
            .redirectOutput(out.toFile());
    if (code == 0) {
      builder.redirectError(folder.resolve("err").toFile());
    }
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("CLASSPATH");
    Process process = builder.start();
    assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
    String text = Files.readString(out, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(text).isEqualTo(code);
    return text;
  }
}
