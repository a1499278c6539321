package org.scalpel.app;

import java.util.Optional;

/** What this program is. */
final class BuildInfo {
  private BuildInfo() {}

  static String version() {
    return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  static String platform() {
    return System.getProperty("os.name") + " " + System.getProperty("os.arch");
  }
}
