package org.scalpel.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.scalpel.tier.Endpoint;

/** {@code GET /metrics} over plain HTTP, one request at a time, off the threads that compute. */
final class MetricsEndpoint implements AutoCloseable {
  private static final String PATH = "/metrics";
  private static final int BACKLOG = 16;
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int NOT_ALLOWED = 405;

  static {
    // Without it small answers wait 40 ms for an acknowledgement; with the others a slow or silent
    // caller is let go.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("sun.net.httpserver.maxRspTime", "30");
  }

  private final HttpServer server;
  private final ExecutorService thread;
  private final Endpoint address;

  private MetricsEndpoint(HttpServer server, ExecutorService thread, Endpoint address) {
    this.server = server;
    this.thread = thread;
    this.address = address;
  }

  /**
   * Listens.
   *
   * @param insecure whether others than this machine may ask, without encryption
   * @throws UserException the address is not this machine only, or is taken
   */
  static MetricsEndpoint start(Endpoint listen, boolean insecure, PrometheusRegistry registry) {
    if (!insecure && !listen.isLoopback()) {
      throw new UserException(
          "--metrics "
              + listen
              + ": it is not this machine only, and there is no encryption."
              + " Maybe localhost, or allow it with --insecure");
    }
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(listen.host(), listen.port()), BACKLOG);
      ExecutorService thread =
          Executors.newSingleThreadExecutor(
              task -> {
                Thread daemon = new Thread(task, "scalpel-metrics");
                daemon.setDaemon(true);
                return daemon;
              });
      server.setExecutor(thread);
      server.createContext("/", exchange -> answer(exchange, registry));
      server.start();
      return new MetricsEndpoint(server, thread, listen.withPort(server.getAddress().getPort()));
    } catch (IOException e) {
      throw new UserException(
          "--metrics " + listen + ": cannot listen there: " + Faults.reason(e), e);
    }
  }

  private static void answer(HttpExchange exchange, PrometheusRegistry registry)
      throws IOException {
    try (exchange) {
      if (!exchange.getRequestURI().getPath().equals(PATH)) {
        exchange.sendResponseHeaders(NOT_FOUND, -1);
      } else if (!exchange.getRequestMethod().equals("GET")) {
        exchange.getResponseHeaders().set("Allow", "GET");
        exchange.sendResponseHeaders(NOT_ALLOWED, -1);
      } else {
        Exposition all = Exposition.of(registry, exchange.getRequestHeaders().getFirst("Accept"));
        exchange.getResponseHeaders().set("Content-Type", all.contentType());
        exchange.sendResponseHeaders(OK, all.body().length);
        exchange.getResponseBody().write(all.body());
      }
    }
  }

  /** Where it listens, with the port that the system chose. */
  Endpoint address() {
    return address;
  }

  @Override
  public void close() {
    server.stop(0);
    thread.shutdownNow();
  }
}
