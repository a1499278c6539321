package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.scalpel.tier.DevelopmentAuthority;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a development authority with what tiers and devices need of it. */
@Command(
    name = "init",
    description =
        "Make a development CA, certificates for tiers and clients, and tokens for both roles.",
    footer = {
      "  scalpel tls init certs --host edge.local --host 10.0.0.7",
      "  scalpel serve --tier cloud --listen 0.0.0.0:8002 --tls-cert certs/server.pem \\",
      "    --tls-key certs/server.key --tls-client-ca certs/ca.pem --tls-ca certs/ca.pem",
      "  scalpel status grpcs://edge.local:8001 --tls-ca certs/ca.pem --tls-cert certs/client.pem \\",
      "    --tls-key certs/client.key"
    })
final class TlsInitVerb extends Verb {
  @Parameters(
      paramLabel = "DIR",
      description = "The folder for the files; what is there is never overwritten.")
  private Path folder = Path.of("");

  @Option(
      names = "--host",
      paramLabel = "NAME|ADDRESS",
      description =
          "A name or address by which tiers are reached, besides localhost. May be repeated.")
  private List<String> hosts = new ArrayList<>();

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "365",
      description = "How long the certificates hold (default: ${DEFAULT-VALUE}).")
  private int days = 365;

  @Override
  protected int run(Console console) throws IOException {
    List<Path> files = DevelopmentAuthority.create(folder, hosts, days);
    ArrayNode names = Json.array();
    for (Path file : files) {
      names.add(file.toString());
      console.print(file.toString());
    }
    console.note(
        "for development: keep %s here, and copy the others only to the machines that need them"
            .formatted(folder.resolve("ca.key")));
    console.json(Json.object().put("days", days).set("files", names));
    return OK;
  }
}
