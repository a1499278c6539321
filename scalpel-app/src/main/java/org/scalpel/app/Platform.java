package org.scalpel.app;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A platform that archives are made for, and which native libraries are not for it. */
enum Platform {
  LINUX_X64("linux-x64", "x86-64", "x86_64"),
  LINUX_ARM64("linux-aarch64", "aarch64", "aarch_64");

  private static final Pattern SOLVER_NATIVES =
      Pattern.compile("ortools-(linux|darwin|win32)-(.+?)-\\d+\\.\\d.*\\.jar");

  /** Of gRPC: encryption and sockets. */
  private static final Pattern NETWORK_NATIVES =
      Pattern.compile("META-INF/native/(lib)?io_grpc_netty_shaded_");

  private static final String RUNTIME_NATIVES = "ai/onnxruntime/native/";

  /** The compressors' libraries: folders of system and processor. */
  private static final Pattern COMPRESSOR_NATIVES =
      Pattern.compile("(?:net/jpountz/util/)?(\\w+)/(\\w+)/lib(?:zstd-jni|lz4-java)[^/]*");

  /** The demo's own network: a tier that serves, plans or runs has no use for it. */
  private static final Pattern DEMO = Pattern.compile("rapidocr-.*\\.jar");

  private final String runtimeFolder;
  private final String solverName;
  private final String networkName;

  Platform(String runtimeFolder, String solverName, String networkName) {
    this.runtimeFolder = runtimeFolder;
    this.solverName = solverName;
    this.networkName = networkName;
  }

  /** As in file names: linux-x64, linux-arm64. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static List<String> names() {
    return List.of(values()).stream().map(Platform::text).toList();
  }

  static Platform parse(String text) {
    for (Platform platform : values()) {
      if (platform.text().equals(text)) {
        return platform;
      }
    }
    throw new UserException("--platform " + text + ": expected one of " + names());
  }

  /** Whether an archive for this platform takes the jar at all. */
  boolean takesJar(String fileName) {
    return !DEMO.matcher(fileName).matches()
        && (!SOLVER_NATIVES.matcher(fileName).matches() || isSolver(fileName));
  }

  /** Whether the jar holds the solver's native library for this platform. */
  boolean isSolver(String fileName) {
    Matcher matcher = SOLVER_NATIVES.matcher(fileName);
    return matcher.matches()
        && matcher.group(1).equals("linux")
        && matcher.group(2).equals(solverName);
  }

  /** Whether the entry of a jar is the runtime's native library for this platform. */
  boolean isRuntime(String entry) {
    return entry.equals(RUNTIME_NATIVES + runtimeFolder + "/libonnxruntime.so");
  }

  private String processor() {
    return this == LINUX_X64 ? "amd64" : "aarch64";
  }

  /** Whether an entry of a jar is for this platform. */
  boolean takesEntry(String entry) {
    if (NETWORK_NATIVES.matcher(entry).lookingAt()) {
      return entry.endsWith("_" + networkName + ".so");
    }
    Matcher compressor = COMPRESSOR_NATIVES.matcher(entry);
    if (compressor.matches()) {
      return compressor.group(1).equals("linux") && compressor.group(2).equals(processor());
    }
    return !entry.startsWith(RUNTIME_NATIVES)
        || entry.startsWith(RUNTIME_NATIVES + runtimeFolder + "/");
  }
}
