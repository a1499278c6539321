package org.scalpel.tier;

import io.opentelemetry.api.OpenTelemetry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.scalpel.engine.UserCache;
import org.scalpel.tier.TierException.Kind;

/**
 * Everything a tier can be told. Every default is visible in {@link #builder}; change what you
 * need: {@code TierConfig.builder("edge").listen("localhost:8001").threads(2).build()}.
 *
 * @param name of the tier, in spans, profiles and messages
 * @param listen where the server listens; anything but loopback needs TLS or {@code insecure}
 * @param http where the server listens for REST as well; likewise
 * @param next the tier behind this one
 * @param threads of one run inside the inference runtime
 * @param workers runs at the same time; with one, a run has all the threads
 * @param queueCapacity requests that wait for a worker; one more is refused as overloaded
 * @param window requests that a device has in flight through one plan
 * @param slowdown declared time dilation, 1 or more: every run holds its worker f times as long
 * @param insecure whether to listen off loopback without encryption
 * @param telemetry where spans of requests go; nowhere by default
 * @param limits what a peer may ask for at most
 * @param times how long to wait for what
 * @param security certificates and tokens, of this tier and of those that it calls
 */
public record TierConfig(
    String name,
    Endpoint listen,
    Optional<Endpoint> http,
    Optional<Endpoint> next,
    int threads,
    int workers,
    int queueCapacity,
    int window,
    double slowdown,
    boolean insecure,
    OpenTelemetry telemetry,
    Limits limits,
    Times times,
    Security security) {
  private static final long MIB = 1L << 20;

  /**
   * What a peer may ask for at most.
   *
   * @param messageBytes of one request or answer, both ends
   * @param modelBytes of one blob in the store
   * @param storeBytes of the whole store
   * @param planBytes of the models of all prepared plans; the least recently used goes first
   * @param plans prepared at the same time
   * @param store the folder of models; content-addressed, shared by tiers of one machine
   * @param counts of what is open at the same time
   */
  public record Limits(
      int messageBytes,
      long modelBytes,
      long storeBytes,
      long planBytes,
      int plans,
      Path store,
      Counts counts) {
    /**
     * What is open at the same time.
     *
     * @param connections of callers; one more is told so and closed
     * @param sessions of prepared plans; those of the least recently used plan are closed first
     */
    public record Counts(int connections, int sessions) {
      /** For some hundred devices, each with three connections. */
      public static final Counts DEFAULT = new Counts(1024, 512);

      /** Checks both. */
      public Counts {
        atLeast("connections", connections, 1);
        atLeast("sessions", sessions, 1);
      }
    }

    /** With the usual counts. */
    public Limits(
        int messageBytes, long modelBytes, long storeBytes, long planBytes, int plans, Path store) {
      this(messageBytes, modelBytes, storeBytes, planBytes, plans, store, Counts.DEFAULT);
    }

    /** Checks that every bound is positive. */
    public Limits {
      if (messageBytes < 1024 || modelBytes < 1 || storeBytes < 1 || planBytes < 1 || plans < 1) {
        throw new TierException(
            Kind.INVALID, "every limit of a tier is positive (a message 1 KiB at least)");
      }
    }

    private Limits with(int message, Path folder, Counts open) {
      return new Limits(message, modelBytes, storeBytes, planBytes, plans, folder, open);
    }
  }

  /**
   * How long to wait for what; every wait is bounded.
   *
   * @param connect until a neighbour is reached
   * @param request of one inference without its own deadline
   * @param prepare of one plan on one tier, uploads excluded
   * @param drain for requests under way when the tier closes
   * @param silence of a neighbour until it counts as lost; its heartbeat comes every 250 ms
   */
  public record Times(
      Duration connect, Duration request, Duration prepare, Duration drain, Duration silence) {
    /** The usual silence, so that a loss is known within a second. */
    public static final Duration SILENCE = Duration.ofMillis(750);

    /** Checks that every time is positive, and that a beat may be late. */
    public Times {
      for (Duration time : java.util.List.of(connect, request, prepare, drain)) {
        if (time.isNegative() || time.isZero()) {
          throw new TierException(Kind.INVALID, "every time of a tier is positive");
        }
      }
      if (silence.toMillis() < 2 * Pulse.BEAT_MS) {
        throw new TierException(
            Kind.INVALID,
            "silence is " + silence.toMillis() + " ms; expected " + 2 * Pulse.BEAT_MS + " or more");
      }
    }

    /** With the usual silence. */
    public Times(Duration connect, Duration request, Duration prepare, Duration drain) {
      this(connect, request, prepare, drain, SILENCE);
    }
  }

  /** Checks the numbers and names what is wrong. */
  public TierConfig {
    if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new TierException(
          Kind.INVALID,
          "tier name '" + name + "' is wrong; expected 1 to 64 letters, digits, '-' or '_'");
    }
    atLeast("threads", threads, 1);
    atLeast("workers", workers, 1);
    atLeast("queue capacity", queueCapacity, 1);
    atLeast("window", window, 1);
    if (!(slowdown >= 1) || slowdown > 10_000) {
      throw new TierException(Kind.INVALID, "slowdown is " + slowdown + "; expected 1 to 10000");
    }
  }

  private static void atLeast(String what, int value, int least) {
    if (value < least) {
      throw new TierException(
          Kind.INVALID, what + " is " + value + "; expected " + least + " or more");
    }
  }

  /** All defaults: loopback, a free port, no next tier, one thread, no dilation. */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /** The folder of models when none is named: under the user's cache folder. */
  public static Path defaultStore() {
    return UserCache.folder();
  }

  /** Collects settings; see the components of {@link TierConfig}. */
  public static final class Builder {
    private final String name;
    private Endpoint listen = new Endpoint("localhost", 0);
    private Optional<Endpoint> http = Optional.empty();
    private Optional<Endpoint> next = Optional.empty();
    private int threads = 1;
    private int workers = 1;
    private int queueCapacity = 256;
    private int window = 8;
    private double slowdown = 1;
    private boolean insecure;
    private Security security = Security.NONE;
    private OpenTelemetry telemetry = OpenTelemetry.noop();
    private Limits limits =
        new Limits((int) (256 * MIB), 16_384 * MIB, 65_536 * MIB, 4_096 * MIB, 64, defaultStore());
    private Times times =
        new Times(
            Duration.ofSeconds(2),
            Duration.ofSeconds(30),
            Duration.ofSeconds(120),
            Duration.ofSeconds(10));

    Builder(String name) {
      this.name = name;
    }

    /** Where to listen, {@code HOST:PORT}. */
    public Builder listen(String address) {
      listen = Endpoint.parse(address);
      return this;
    }

    /** Where to listen for REST as well, {@code HOST:PORT}. */
    public Builder http(String address) {
      http = Optional.of(Endpoint.parse(address));
      return this;
    }

    /** The tier behind this one, {@code HOST:PORT}. */
    public Builder next(String address) {
      next = Optional.of(Endpoint.parse(address));
      return this;
    }

    /** Threads of one run. */
    public Builder threads(int count) {
      threads = count;
      return this;
    }

    /** Runs at the same time. */
    public Builder workers(int count) {
      workers = count;
      return this;
    }

    /** Requests that may wait. */
    public Builder queueCapacity(int count) {
      queueCapacity = count;
      return this;
    }

    /** Requests that a device has in flight. */
    public Builder window(int count) {
      window = count;
      return this;
    }

    /** Declared time dilation. */
    public Builder slowdown(double factor) {
      slowdown = factor;
      return this;
    }

    /** Allows listening off loopback without encryption. */
    public Builder insecure(boolean allowed) {
      insecure = allowed;
      return this;
    }

    /** Certificates and tokens. */
    public Builder security(Security files) {
      security = files;
      return this;
    }

    /** Where spans of requests go. */
    public Builder telemetry(OpenTelemetry implementation) {
      telemetry = implementation;
      return this;
    }

    /** The folder of models. */
    public Builder store(Path folder) {
      limits = limits.with(limits.messageBytes(), folder, limits.counts());
      return this;
    }

    /** The largest request or answer, in bytes. */
    public Builder messageBytes(int bytes) {
      limits = limits.with(bytes, limits.store(), limits.counts());
      return this;
    }

    /** Connections of callers at the same time. */
    public Builder connections(int count) {
      Limits.Counts open = new Limits.Counts(count, limits.counts().sessions());
      limits = limits.with(limits.messageBytes(), limits.store(), open);
      return this;
    }

    /** All bounds at once. */
    public Builder limits(Limits all) {
      limits = all;
      return this;
    }

    /** All waits at once. */
    public Builder times(Times all) {
      times = all;
      return this;
    }

    /** Applies a group of settings, for readers of files and command lines. */
    public Builder apply(Consumer<Builder> settings) {
      settings.accept(this);
      return this;
    }

    /** The checked configuration. */
    public TierConfig build() {
      return new TierConfig(
          name,
          listen,
          http,
          next,
          threads,
          workers,
          queueCapacity,
          window,
          slowdown,
          insecure,
          telemetry,
          limits,
          times,
          security);
    }
  }
}
