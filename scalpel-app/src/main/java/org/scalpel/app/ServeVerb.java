package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.scalpel.graph.OnnxModel;
import org.scalpel.tier.Rehearsal;
import org.scalpel.tier.Security;
import org.scalpel.tier.TierConfig;
import org.scalpel.tier.TierServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs one tier until it is told to end. */
@Command(
    footer = {
      "  scalpel serve --tier cloud --listen localhost:8002",
      "  scalpel serve --tier edge --listen localhost:8001 --next grpc://localhost:8002 --threads 2",
      "  scalpel serve --tier cloud --listen localhost:8002 --http localhost:8000"
          + " --publish classifier=model.onnx",
      "  scalpel serve --tier edge --listen localhost:8001 --metrics localhost:9101 --log-format json",
      "  scalpel serve --tier cloud --listen 0.0.0.0:8002 --tls-cert certs/server.pem \\",
      "    --tls-key certs/server.key --tls-client-ca certs/ca.pem --token-file certs/tokens"
    })
final class ServeVerb extends Verb {
  private static final Duration REHEARSAL = Duration.ofSeconds(5);

  @Option(
      names = "--tier",
      paramLabel = "NAME",
      required = true,
      description = "What the tier is called.")
  private String tier = "";

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "localhost:8001",
      description = "Where to listen; port 0 takes any free one (default: ${DEFAULT-VALUE}).")
  private String listen = "localhost:8001";

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      description = "Where to answer REST as well; port 0 takes any free one (default: nowhere).")
  private Optional<String> http = Optional.empty();

  @Option(names = "--next", paramLabel = "URL", description = "The tier behind this one.")
  private Optional<String> next = Optional.empty();

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads of one run (default: ${DEFAULT-VALUE}).")
  private int threads = 1;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Runs at the same time (default: ${DEFAULT-VALUE}).")
  private int workers = 1;

  @Option(
      names = "--queue",
      paramLabel = "N",
      defaultValue = "256",
      description = "Requests that may wait; one more is refused (default: ${DEFAULT-VALUE}).")
  private int queue = 256;

  @Option(
      names = "--slowdown",
      paramLabel = "F",
      defaultValue = "1",
      description = "Declared time dilation: every run takes F times as long.")
  private double slowdown = 1;

  @Option(
      names = "--store",
      paramLabel = "DIR",
      description = "The folder of models, by content (default: in the user's cache folder).")
  private Optional<Path> store = Optional.empty();

  @Option(
      names = "--publish",
      paramLabel = "NAME=FILE",
      description = "Also serve a whole model under a name. May be repeated.")
  private Map<String, Path> publish = new LinkedHashMap<>();

  @Mixin private TlsOptions tls = new TlsOptions();

  @Option(
      names = "--tls-client-ca",
      paramLabel = "FILE",
      description = "Refuse callers without a certificate that an authority in this PEM signed.")
  private Optional<Path> callers = Optional.empty();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "Refuse callers without a token of this file: lines 'infer TOKEN' or 'admin TOKEN'.")
  private Optional<Path> tokens = Optional.empty();

  @Option(
      names = "--next-token-file",
      paramLabel = "FILE",
      description =
          "A file whose first token is shown to --next (default: the first of --token-file).")
  private Optional<Path> nextToken = Optional.empty();

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "1024",
      description =
          "Connections at the same time; one more is refused (default: ${DEFAULT-VALUE}).")
  private int connections = 1024;

  @Option(
      names = "--insecure",
      description = "Allow listening off this machine without encryption.")
  private boolean insecure;

  @Option(
      names = "--rehearse",
      description =
          "Run the data path for at most five seconds before the tier is ready: a fresh JVM's first"
              + " thousands of requests are slower.")
  private boolean rehearse;

  @Option(
      names = "--until-stdin-closes",
      description = "End when stdin closes, as it does when the parent process is gone.")
  private boolean untilStdinCloses;

  @Mixin private ObserveOptions observe = new ObserveOptions();

  @Option(
      names = "--triton-metrics",
      description = "Show the counts under Triton's names (nv_inference_…) as well.")
  private boolean tritonMetrics;

  @Override
  protected int run(Console console) throws InterruptedException {
    TierConfig.Builder config =
        TierConfig.builder(tier)
            .listen(listen)
            .threads(threads)
            .workers(workers)
            .queueCapacity(queue)
            .slowdown(slowdown)
            .insecure(insecure)
            .connections(connections)
            .security(security());
    observe.begin();
    next.ifPresent(config::next);
    http.ifPresent(config::http);
    store.ifPresent(config::store);
    Map<String, OnnxModel> models = new LinkedHashMap<>();
    publish.forEach((name, file) -> models.put(name, OnnxModel.read(file)));
    if (rehearse) {
      Rehearsal.run(REHEARSAL);
    }
    try (Telemetry telemetry = Telemetry.of(System.getenv(), "scalpel-" + tier);
        TierServer server = TierServer.start(config.telemetry(telemetry.api()).build())) {
      models.forEach(server::publish);
      server.drainOnSignal(telemetry::close);
      if (tritonMetrics) {
        server.tritonMetrics();
      }
      Optional<MetricsEndpoint> metrics = observe.serve(insecure, server.metrics());
      if (untilStdinCloses) {
        endWithParent(server);
      }
      Security shown = security();
      String scheme = shown.serverEncrypts() ? "https://" : "http://";
      Optional<String> rest = server.httpAddress().map(a -> scheme + a);
      console.note(
          tier
              + " ready on "
              + server.address()
              + rest.map(a -> " and " + a).orElse("")
              + manners(shown));
      metrics.ifPresent(m -> console.note("metrics on http://" + m.address() + "/metrics"));
      ObjectNode ready = Json.object().put("tier", tier);
      ready.put("address", server.address().toString());
      rest.ifPresent(a -> ready.put("http", a));
      metrics.ifPresent(m -> ready.put("metrics", m.address().toString()));
      console.json(ready);
      server.awaitClosed();
      metrics.ifPresent(MetricsEndpoint::close);
    }
    return OK;
  }

  private static String manners(Security security) {
    if (security.serverEncrypts()) {
      return security.callers().isPresent() ? " (mutual TLS)" : " (TLS)";
    }
    return "";
  }

  private Security security() {
    Security security = tls.security();
    if (callers.isPresent()) {
      security = security.withCallers(callers.get());
    }
    if (tokens.isPresent()) {
      security = security.withTokens(tokens.get());
    }
    return nextToken.isPresent() ? security.withToken(nextToken.get()) : security;
  }

  private static void endWithParent(TierServer server) {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // Whatever the parent writes means that it lives.
                }
              } catch (IOException gone) {
                // A broken pipe says the same as its end.
              }
              server.close();
            },
            "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }
}
