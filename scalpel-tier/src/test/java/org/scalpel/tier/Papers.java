package org.scalpel.tier;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Certificates and tokens of a test, in a folder of its own. */
final class Papers {
  static final String ADMIN = "admin-0123456789abcdef";
  static final String INFER = "infer-0123456789abcdef";

  private static final List<String> HERE = List.of("localhost", "127.0.0.1");

  private final Path folder;
  private final Certificates authority = new Certificates("test CA", days(-1, 1));

  Papers(Path folder) {
    this.folder = folder;
    write("ca.pem", authority.authority().certificatePem());
    identity("server", HERE, days(-1, 1));
    identity("client", List.of(), days(-1, 1));
    write("tokens", "# who may what\nadmin " + ADMIN + "\ninfer " + INFER + "  # devices\n");
    write("infer.token", INFER + "\n");
  }

  static Certificates.Validity days(int from, int until) {
    Instant now = Instant.now();
    return new Certificates.Validity(
        now.plus(Duration.ofDays(from)), now.plus(Duration.ofDays(until)));
  }

  /** Writes NAME.pem and NAME.key, signed by this authority. */
  Security identity(String name, List<String> hosts, Certificates.Validity validity) {
    var holder = authority.issue(new Certificates.Purpose(name, hosts), validity);
    write(name + ".pem", holder.certificatePem());
    write(name + ".key", holder.keyPem());
    return Security.NONE.withIdentity(file(name + ".pem"), file(name + ".key"));
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  void write(String name, String text) {
    try {
      Files.createDirectories(folder);
      Path beside = folder.resolve(name + ".new");
      Files.writeString(beside, text);
      Files.move(beside, file(name), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A server that shows a certificate and asks for none. */
  Security server() {
    return Security.NONE.withIdentity(file("server.pem"), file("server.key"));
  }

  /** A server that also asks for a certificate, and trusts its own kind behind it. */
  Security mutual() {
    return server().withCallers(file("ca.pem")).withAuthority(file("ca.pem"));
  }

  /** A client that trusts this authority and shows nothing. */
  Security anonymous() {
    return Security.NONE.withAuthority(file("ca.pem"));
  }

  Security client() {
    return anonymous().withIdentity(file("client.pem"), file("client.key"));
  }

  /** As a token is given to a client. */
  Security showing(Security client, String token) {
    write(token + ".token", token);
    return client.withToken(file(token + ".token"));
  }
}
