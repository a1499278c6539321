package org.scalpel.engine;

import java.nio.file.Path;
import java.util.Locale;

/** Where this user's programs keep what they can make again. */
public final class UserCache {
  private UserCache() {}

  /** Our folder there; it need not exist. */
  public static Path folder() {
    String cache = System.getenv("XDG_CACHE_HOME");
    boolean mac = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac");
    // Java takes the user's home from the system's list of users; a shell's user means $HOME.
    String named = System.getenv("HOME");
    Path home =
        Path.of(named != null && !named.isBlank() ? named : System.getProperty("user.home", "."));
    Path base =
        cache != null && !cache.isBlank()
            ? Path.of(cache)
            : home.resolve(mac ? "Library/Caches" : ".cache");
    return base.resolve("scalpel");
  }
}
