package org.scalpel.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.scalpel.tier.Endpoint;
import org.scalpel.tier.TierClient;
import org.scalpel.tier.TierConfig;
import org.scalpel.tier.TierStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Asks a running tier what it is, holds and does. */
@Command(
    footer = {
      "  scalpel status grpc://localhost:8001",
      "  scalpel status localhost:8001 --json",
      "  scalpel status grpcs://edge:8001 --tls-ca certs/ca.pem --token-file certs/infer.token"
    })
final class StatusVerb extends Verb {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

  @Parameters(paramLabel = "URL", description = "The tier, as in grpc://HOST:PORT.")
  private String url = "";

  @Mixin private CallerOptions caller = new CallerOptions();

  @Override
  protected int run(Console console) {
    TierConfig config = TierConfig.builder("status").security(caller.security()).build();
    try (TierClient client = TierClient.of(Endpoint.parse(url), config)) {
      TierStatus status = client.status();
      lines(status).forEach(console::print);
      ObjectNode json = MAPPER.valueToTree(status);
      console.json(json);
    }
    return OK;
  }

  private static List<String> lines(TierStatus status) {
    List<String> lines = new ArrayList<>();
    lines.add("tier      " + status.tier() + (status.load().draining() ? ", draining" : ""));
    lines.add("version   " + status.version() + ", onnxruntime " + status.runtime());
    lines.add(
        "runs      %d at a time, %s each, %s"
            .formatted(
                status.workers(),
                plural(status.threads(), "thread"),
                status.slowdown() == 1
                    ? "not slowed"
                    : "slowed " + status.slowdown() + " times, as declared"));
    lines.add("next      " + (status.next().isEmpty() ? "none" : status.next()));
    lines.add(
        "waiting   "
            + plural(status.load().queued(), "request")
            + " of at most "
            + status.load().capacity());
    lines.add("store     " + Units.bytes(status.storeBytes()));
    for (TierStatus.Model model : status.models()) {
      lines.add(
          "model     %s: %s, %d failed"
              .formatted(model.name(), plural(model.requests(), "request"), model.failures()));
    }
    for (TierStatus.PreparedPlan plan : status.plans()) {
      lines.add(
          "plan      %s of model %s: %s here, %s, %s"
              .formatted(
                  plan.id(),
                  plan.model(),
                  plural(plan.segments().size(), "segment"),
                  Units.bytes(plan.bytes()),
                  plural(plan.requests(), "request")));
    }
    return lines;
  }

  private static String plural(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
