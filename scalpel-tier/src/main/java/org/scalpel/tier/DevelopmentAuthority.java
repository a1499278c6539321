package org.scalpel.tier;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.util.IPAddress;
import org.scalpel.tier.TierException.Kind;

/**
 * A folder with all that tiers need to speak mutual TLS with each other: for development and small
 * installations, in place of an authority that signs for real.
 *
 * <pre>
 *   ca.pem      ca.key        the authority; only ca.pem leaves this machine
 *   server.pem  server.key    of every tier; also what a tier shows the tier behind it
 *   client.pem  client.key    of devices and tools
 *   tokens                    an admin's token and one for inference only, for --token-file of tiers
 *   infer.token               the second one alone, for those that may only infer
 * </pre>
 */
public final class DevelopmentAuthority {
  private static final List<String> ALWAYS = List.of("localhost", "127.0.0.1", "::1");
  private static final Pattern NAME =
      Pattern.compile("(\\*\\.)?[A-Za-z0-9_-]{1,63}(\\.[A-Za-z0-9_-]{1,63})*");
  private static final int LONGEST_NAME = 253;
  private static final int TOKEN_BYTES = 32;
  // Clocks of machines that have just been set up differ.
  private static final Duration EARLIER = Duration.ofHours(1);

  private DevelopmentAuthority() {}

  /**
   * Makes the files; secret ones are readable by their owner only.
   *
   * @param folder made if it is missing
   * @param hosts names and addresses of tiers, besides those of this machine
   * @param days how long the certificates hold
   * @return the files
   * @throws TierException a file is there already, or a host is none
   * @throws IOException they cannot be written; what was written is deleted
   */
  public static List<Path> create(Path folder, List<String> hosts, int days) throws IOException {
    Set<String> names = new LinkedHashSet<>(ALWAYS);
    for (String host : hosts) {
      if (!IPAddress.isValid(host)
          && (host.length() > LONGEST_NAME || !NAME.matcher(host).matches())) {
        throw new TierException(
            Kind.INVALID, "host '" + host + "': expected a name or an address, without a port");
      }
      names.add(host);
    }
    if (days < 1 || days > 3650) {
      throw new TierException(Kind.INVALID, "days: expected 1 to 3650, found " + days);
    }
    Map<String, String> files = contents(List.copyOf(names), days);
    for (String name : files.keySet()) {
      if (Files.exists(folder.resolve(name))) {
        throw new TierException(
            Kind.INVALID,
            folder.resolve(name)
                + ": is there already and is not overwritten. Maybe another folder");
      }
    }
    Files.createDirectories(folder);
    List<Path> written = new ArrayList<>();
    try {
      for (Map.Entry<String, String> file : files.entrySet()) {
        boolean open = file.getKey().endsWith(".pem");
        Path path = folder.resolve(file.getKey());
        write(path, file.getValue(), open ? "rw-r--r--" : "rw-------");
        written.add(path);
      }
    } catch (IOException e) {
      for (Path path : written) {
        Files.deleteIfExists(path);
      }
      throw e;
    }
    return written;
  }

  private static Map<String, String> contents(List<String> hosts, int days) {
    Instant now = Instant.now();
    Certificates.Validity validity =
        new Certificates.Validity(now.minus(EARLIER), now.plus(Duration.ofDays(days)));
    Certificates authority = new Certificates("Scalpel development CA", validity);
    Map<String, String> files = new LinkedHashMap<>();
    put(files, "ca", authority.authority());
    put(
        files,
        "server",
        authority.issue(new Certificates.Purpose("scalpel tier", hosts), validity));
    put(
        files,
        "client",
        authority.issue(new Certificates.Purpose("scalpel client", List.of()), validity));
    String infer = "infer " + token() + "\n";
    files.put("tokens", "admin " + token() + "\n" + infer);
    files.put("infer.token", infer);
    return files;
  }

  private static void put(Map<String, String> files, String name, Certificates.Holder holder) {
    files.put(name + ".pem", holder.certificatePem());
    files.put(name + ".key", holder.keyPem());
  }

  private static String token() {
    byte[] bytes = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The permissions are there from the first moment. */
  private static void write(Path file, String text, String permissions) throws IOException {
    FileAttribute<?>[] attributes =
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
            }
            : new FileAttribute<?>[0];
    Set<StandardOpenOption> fresh =
        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (var channel = Files.newByteChannel(file, fresh, attributes)) {
      channel.write(StandardCharsets.US_ASCII.encode(text));
    }
  }
}
