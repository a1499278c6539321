package org.scalpel.tier;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.scalpel.engine.Session;
import org.scalpel.graph.OnnxModel;
import org.scalpel.oip.GRPCInferenceServiceGrpc;
import org.scalpel.tier.TierException.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running tier: an Open Inference Protocol server that also holds models, prepares segments of
 * plans and passes requests on to the tier behind it.
 */
public final class TierServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TierServer.class);
  private static final int CONTROL_THREADS = 4;
  private static final int MOST_CALLS = 1024;
  private static final int CONTROL_QUEUE = 64;

  private final TierConfig config;
  private final ServerKeys keys;
  private final EventLoopGroup loop;
  private final ComputePool pool;
  private final PlanCache plans;
  private final Repository repository;
  private final TierNode node;
  private final Optional<TierClient> next;
  private final InferCalls calls;
  private final InferHandlers handlers;
  private final Methods methods;
  private final Callers callers = new Callers();
  private final LaneDoor door;
  private final Catalog catalog;
  private final InferenceService inference;
  private final Heartbeats heartbeats;
  private final ControlService control;
  private final HealthStatusManager health = new HealthStatusManager();
  private final ExecutorService controlThreads;
  private final Server server;
  private Optional<HttpDoor> http = Optional.empty();
  private final AtomicBoolean closed = new AtomicBoolean();

  private TierServer(TierConfig config) {
    this.config = config;
    this.keys = ServerKeys.open(config.security());
    this.loop = Loops.start("scalpel-" + config.name() + "-io");
    this.next = config.next().map(e -> TierClient.of(e, config, loop));
    this.plans = new PlanCache(config.limits());
    this.repository = new Repository(plans);
    this.node = new TierNode(config, plans, next);
    this.pool = new ComputePool(config);
    ChainRunner runner = new ChainRunner(config, pool, next.map(TierClient::connection));
    this.calls = new InferCalls(config, repository, pool, runner);
    this.handlers = new InferHandlers(calls);
    this.methods = Methods.of(config.limits().messageBytes());
    this.door =
        new LaneDoor(
            new LaneDoor.Inside(methods, calls, callers, keys.access()),
            keys,
            config.limits().counts().connections());
    this.catalog = new Catalog(config, repository);
    this.inference = new InferenceService(catalog);
    this.heartbeats =
        new Heartbeats(
            config.name(),
            node.store()::taken,
            () -> next.map(TierClient::links).orElse(java.util.List.of()));
    this.control = new ControlService(node, repository, pool, heartbeats);
    this.controlThreads = controlThreads(config.name());
    this.server = build();
    repository.metrics().watch(node, repository, pool, next);
  }

  /**
   * Starts a tier; it is ready when this returns.
   *
   * @throws TierException the port is taken, or listening there is not allowed
   */
  public static TierServer start(TierConfig config) {
    requireSafe(config, config.listen());
    config.http().ifPresent(http -> requireSafe(config, http));
    TierServer tier = new TierServer(config);
    try {
      tier.server.start();
    } catch (IOException e) {
      tier.abandon();
      Throwable root = e.getCause() == null ? e : e.getCause();
      throw new TierException(
          Kind.INVALID,
          "tier '"
              + config.name()
              + "' cannot listen on "
              + config.listen()
              + ": "
              + root.getMessage()
              + ". Maybe another process has the port",
          e);
    }
    tier.openHttp();
    tier.health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
    tier.health.setStatus(GRPCInferenceServiceGrpc.SERVICE_NAME, ServingStatus.SERVING);
    tier.tell("start");
    return tier;
  }

  private static void requireSafe(TierConfig config, Endpoint listen) {
    if (listen.isLoopback()) {
      return;
    }
    boolean encrypts = config.security().serverEncrypts();
    if (!config.insecure() && !encrypts) {
      throw new TierException(
          Kind.INVALID,
          "listening on "
              + listen
              + " is refused: it is not this machine only, and there is no encryption."
              + " Maybe listen on localhost, or give --tls-cert and --tls-key (scalpel tls init"
              + " makes them), or allow it with --insecure");
    }
    if (!encrypts || !config.security().knowsCallers()) {
      LOG.warn(
          "INSECURE: tier '{}' listens on {} {}",
          config.name(),
          listen,
          encrypts
              ? "and takes every caller for an admin. Maybe --tls-client-ca or --token-file"
              : "without encryption: whoever is on the way reads and changes everything"
                  + (config.security().knowsCallers() ? ", tokens included" : ""));
    }
  }

  private void tell(String event) {
    LOG.atInfo()
        .addKeyValue("event", event)
        .addKeyValue("tier", config.name())
        .addKeyValue("address", address().toString())
        .addKeyValue("next", config.next().map(Endpoint::toString).orElse(""))
        .log("tier '{}' at {}: {}", config.name(), address(), event);
  }

  private void openHttp() {
    TierConfig.Limits limits = config.limits();
    RestRouter router = new RestRouter(catalog, calls, controlThreads, limits.messageBytes());
    try {
      http = config.http().map(listen -> HttpDoor.open(listen, router, limits, keys));
    } catch (RuntimeException e) {
      server.shutdownNow();
      abandon();
      throw e;
    }
  }

  private static ExecutorService controlThreads(String tier) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            CONTROL_THREADS,
            CONTROL_THREADS,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(CONTROL_QUEUE * CONTROL_THREADS),
            task -> {
              Thread thread = new Thread(task, "scalpel-" + tier + "-control");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  private Server build() {
    ServerServiceDefinition protocol = inference.bind(methods, handlers);
    Endpoint listen = config.listen();
    return NettyServerBuilder.forAddress(new InetSocketAddress(listen.host(), listen.port()))
        .bossEventLoopGroup(loop)
        .workerEventLoopGroup(loop)
        .channelType(Loops.server())
        .protocolNegotiator(door)
        .directExecutor()
        .callExecutor(new ByService(controlThreads))
        .flowControlWindow(Connection.WINDOW)
        .maxInboundMessageSize(config.limits().messageBytes())
        .permitKeepAliveTime(5, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        // Lets go of callers that vanished; late enough for a ping behind a large answer.
        .keepAliveTime(60, TimeUnit.SECONDS)
        .keepAliveTimeout(300, TimeUnit.SECONDS)
        // Callers come back by themselves; others must not stay for nothing.
        .maxConnectionIdle(10, TimeUnit.MINUTES)
        .intercept(new Guard(keys.access()))
        .maxConcurrentCallsPerConnection(MOST_CALLS)
        .addStreamTracerFactory(callers)
        .addService(protocol)
        .addService(control)
        .addService(health.getHealthService())
        .addService(ProtoReflectionServiceV1.newInstance())
        .build();
  }

  /** Control calls touch files and other tiers: they get threads of their own. */
  private record ByService(ExecutorService control) implements io.grpc.ServerCallExecutorSupplier {
    private static final String CONTROL = org.scalpel.control.TierControlGrpc.SERVICE_NAME + "/";
    private static final java.util.concurrent.Executor DIRECT = Runnable::run;

    @Override
    public <Q, A> java.util.concurrent.Executor getExecutor(
        io.grpc.ServerCall<Q, A> call, io.grpc.Metadata headers) {
      String method = call.getMethodDescriptor().getFullMethodName();
      boolean quick =
          method.endsWith("/Ping") || method.endsWith("/Status") || method.endsWith("/Beat");
      boolean slow = method.endsWith("/RepositoryModelLoad");
      return (method.startsWith(CONTROL) && !quick) || slow ? control : DIRECT;
    }
  }

  /** Where it listens, with the port that the system chose. */
  public Endpoint address() {
    return config.listen().withPort(server.getPort());
  }

  /** What it shows and asks of callers. */
  ServerKeys keys() {
    return keys;
  }

  /** Where it listens for REST, if it does. */
  public Optional<Endpoint> httpAddress() {
    return http.flatMap(door -> config.http().map(e -> e.withPort(door.port())));
  }

  /** Publishes a whole model under a name, so that any client of the protocol can call it. */
  public void publish(String name, OnnxModel model) {
    if (!name.matches("[A-Za-z0-9_-]{1,128}")) {
      throw new TierException(
          Kind.INVALID,
          "model name '" + name + "' is wrong; expected 1 to 128 letters, digits, '-' or '_'");
    }
    Session session = node.engine().open(model);
    repository.publish(name, new ServedModel(model, session, () -> node.engine().open(model)));
  }

  /** What the tier counts, for whoever serves it to Prometheus. */
  public PrometheusRegistry metrics() {
    return repository.metrics().registry();
  }

  /** Shows the counts of every served name under Triton's names as well. Once. */
  public void tritonMetrics() {
    metrics().register(new TritonMetrics(repository));
  }

  /** Waits until the server is closed. */
  public void awaitClosed() throws InterruptedException {
    server.awaitTermination();
  }

  /**
   * When the process is told to end (SIGTERM, Ctrl-C), drains first; the process then ends with
   * exit code 0, for it did what it was told.
   */
  public void drainOnSignal() {
    drainOnSignal(() -> {});
  }

  /** The same, with something to do when everything is closed. */
  public void drainOnSignal(Runnable last) {
    Thread drain = new Thread(() -> endProcess(last), "scalpel-" + config.name() + "-drain");
    Runtime.getRuntime().addShutdownHook(drain);
  }

  private void endProcess(Runnable last) {
    if (!closed.get()) {
      close();
      last.run();
      Runtime.getRuntime().halt(0);
    }
    try {
      // Somebody closes it already: let that finish.
      server.awaitTermination(config.times().drain().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Drains: not ready any more, requests under way are finished, then everything is closed. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    tell("stop");
    health.enterTerminalState();
    catalog.notReady();
    control.drain();
    calls.drain();
    heartbeats.drain(() -> handlers.idle() && door.idle() && http.map(HttpDoor::idle).orElse(true));
    server.shutdown();
    // Streams of neighbours stay open until we end them.
    handlers.drain();
    http.ifPresent(h -> h.close(config.times().drain()));
    try {
      if (!server.awaitTermination(config.times().drain().toMillis(), TimeUnit.MILLISECONDS)) {
        door.abort();
        server.shutdownNow();
        server.awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    } finally {
      abandon();
    }
  }

  private void abandon() {
    keys.close();
    heartbeats.close();
    next.ifPresent(TierClient::close);
    pool.close();
    controlThreads.shutdownNow();
    repository.close();
    node.close();
    Loops.stop(loop);
  }
}
