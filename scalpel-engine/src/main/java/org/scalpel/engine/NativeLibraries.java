package org.scalpel.engine;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.jar.JarEntry;

/**
 * Unpacks the runtime's native libraries once, into the user's cache folder. By itself the runtime
 * unpacks them at every start into a new temporary folder, of which every process leaves the empty
 * folder behind, and a killed one all 24 MB.
 */
final class NativeLibraries {
  /** Where the runtime looks for its libraries when this is set. */
  static final String FOLDER = "onnxruntime.native.path";

  private static final String TEMPORARY = "onnxruntime-java*";

  private static final List<String> FILES = List.of("libonnxruntime.so", "libonnxruntime4j_jni.so");

  private NativeLibraries() {}

  /**
   * Lets the runtime load from the cache, unless the user names a folder; where no cache can be had
   * it goes its own way.
   */
  static <T> T loading(Supplier<T> runtime) {
    if (System.getProperty(FOLDER) == null) {
      platform()
          .flatMap(platform -> unpacked(platform, cache()))
          .ifPresent(folder -> System.setProperty(FOLDER, folder.toString()));
    }
    Set<Path> before = temporary();
    T loaded = runtime.get();
    Set<Path> made = temporary();
    made.removeAll(before);
    // It makes its temporary folder all the same; one that another process fills is not deleted.
    made.forEach(folder -> folder.toFile().deleteOnExit());
    return loaded;
  }

  private static Set<Path> temporary() {
    Set<Path> found = new HashSet<>();
    Path parent = Path.of(System.getProperty("java.io.tmpdir", "."));
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, TEMPORARY)) {
      folders.forEach(found::add);
    } catch (IOException | DirectoryIteratorException unreadable) {
      found.clear();
    }
    return found;
  }

  /**
   * The folder with this runtime's libraries for a platform, unpacked if they are not there yet;
   * empty if the runtime has none for it, or the cache cannot be written.
   */
  static Optional<Path> unpacked(String platform, Path cache) {
    try {
      StringBuilder name = new StringBuilder("onnxruntime-" + platform);
      for (String file : FILES) {
        Optional<JarEntry> entry = entry(platform, file);
        if (entry.isEmpty()) {
          return Optional.empty();
        }
        name.append(String.format(Locale.ROOT, "-%08x", entry.get().getCrc()));
      }
      Path folder = cache.resolve(name.toString());
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      for (String file : FILES) {
        unpack(platform, file, folder);
      }
      return Optional.of(folder);
    } catch (IOException | UnsupportedOperationException noCache) {
      return Optional.empty();
    }
  }

  private static void unpack(String platform, String file, Path folder) throws IOException {
    Path target = folder.resolve(file);
    long size = entry(platform, file).map(JarEntry::getSize).orElse(-1L);
    if (Files.isRegularFile(target) && Files.size(target) == size) {
      return;
    }
    // Several processes may start at once: each unpacks beside, the last renames over its equals.
    Path beside = Files.createTempFile(folder, file, ".part");
    try (InputStream in = resource(platform, file).openStream()) {
      Files.copy(in, beside, StandardCopyOption.REPLACE_EXISTING);
      Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  private static Optional<JarEntry> entry(String platform, String file) throws IOException {
    URL url = OrtEnvironment.class.getResource(path(platform, file));
    return url != null && url.openConnection() instanceof JarURLConnection jar
        ? Optional.ofNullable(jar.getJarEntry())
        : Optional.empty();
  }

  private static URL resource(String platform, String file) throws IOException {
    URL url = OrtEnvironment.class.getResource(path(platform, file));
    if (url == null) {
      throw new IOException(file + " is not in the runtime's archive");
    }
    return url;
  }

  private static String path(String platform, String file) {
    return "/ai/onnxruntime/native/" + platform + "/" + file;
  }

  /** As the runtime names it; empty where its own way must do. */
  static Optional<String> platform() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch", "");
    if (!system.startsWith("linux")) {
      return Optional.empty();
    }
    return switch (machine) {
      case "amd64", "x86_64" -> Optional.of("linux-x64");
      case "aarch64" -> Optional.of("linux-aarch64");
      default -> Optional.empty();
    };
  }

  private static Path cache() {
    return UserCache.folder().resolve("native").toAbsolutePath();
  }
}
