package org.scalpel.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.scalpel.tier.Endpoint;
import org.scalpel.tier.TierClient;
import org.scalpel.tier.TierConfig;
import org.scalpel.tier.TierStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Asks a running tier what it is, holds and does. */
@Command(
    footer = {"  scalpel status grpc://localhost:8001", "  scalpel status localhost:8001 --json"})
final class StatusVerb extends Verb {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

  @Parameters(paramLabel = "URL", description = "The tier, as in grpc://HOST:PORT.")
  private String url = "";

  @Override
  protected int run(Console console) {
    try (TierClient client =
        TierClient.of(Endpoint.parse(url), TierConfig.builder("status").build())) {
      TierStatus status = client.status();
      ObjectNode json = MAPPER.valueToTree(status);
      json.properties()
          .forEach(
              field -> console.print("%-12s %s".formatted(field.getKey(), text(field.getValue()))));
      console.json(json);
    }
    return OK;
  }

  private static String text(com.fasterxml.jackson.databind.JsonNode value) {
    return value.isTextual() ? value.asText() : value.toString();
  }
}
