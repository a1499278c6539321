package org.scalpel.tier;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.scalpel.oip.ModelInferRequest;

/**
 * The way to one neighbour: a channel and the stream of requests on it. A channel that failed is
 * thrown away and a new one is made for the next call, so that a tier that comes back is found at
 * once and not after a back-off; tries are never closer than a few milliseconds.
 */
final class Connection implements AutoCloseable {
  static final int WINDOW = 64 << 20;

  private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long EXPIRE_MS = 10;
  private static final int UNDER_WAY = 1024;
  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "scalpel-clock");
            thread.setDaemon(true);
            return thread;
          });

  private final Endpoint endpoint;
  private final String peer;
  private final TierConfig config;
  private final Methods methods;
  private final ScheduledFuture<?> expiry;
  private @Nullable ManagedChannel channel;
  private @Nullable InferStream stream;
  private @Nullable Status failure;
  private long failedAt;
  private boolean closed;

  Connection(Endpoint endpoint, TierConfig config) {
    this.endpoint = endpoint;
    this.peer = "tier at " + endpoint;
    this.config = config;
    this.methods = Methods.of(config.limits().messageBytes());
    this.expiry =
        CLOCK.scheduleWithFixedDelay(this::expire, EXPIRE_MS, EXPIRE_MS, TimeUnit.MILLISECONDS);
  }

  String peer() {
    return peer;
  }

  Methods methods() {
    return methods;
  }

  CompletableFuture<Answer> send(InferMessage<ModelInferRequest> request, Deadline deadline) {
    InferStream current;
    try {
      current = stream();
    } catch (TierException e) {
      return CompletableFuture.failedFuture(e);
    }
    return current.send(request, deadline);
  }

  private synchronized InferStream stream() {
    if (stream == null || stream.isEnded()) {
      ManagedChannel current = channel();
      stream =
          new InferStream(peer, current, methods, UNDER_WAY, status -> failed(current, status));
    }
    return stream;
  }

  /** A channel that is up or has not been tried yet. */
  synchronized ManagedChannel channel() {
    if (closed) {
      throw new TierException(
          TierException.Kind.UNREACHABLE, "the connection to " + peer + " is closed");
    }
    if (channel == null) {
      if (failure != null && System.nanoTime() - failedAt < RETRY_NS) {
        throw Refusal.fromPeer(peer, failure);
      }
      channel = open();
    }
    return channel;
  }

  /** A call on this channel failed: the next one starts afresh. */
  @SuppressWarnings("ReferenceEquality") // the very channel that failed, not one like it
  void failed(ManagedChannel used, Status status) {
    synchronized (this) {
      if (status.getCode() != Status.Code.UNAVAILABLE || channel != used) {
        return;
      }
      channel = null;
      stream = null;
      failure = status;
      failedAt = System.nanoTime();
    }
    // Calls that another thread has just begun on it get their own failure.
    used.shutdownNow();
  }

  private ManagedChannel open() {
    int bytes = config.limits().messageBytes();
    return NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
        .usePlaintext()
        .directExecutor()
        .disableRetry()
        .flowControlWindow(WINDOW)
        .maxInboundMessageSize(bytes)
        .keepAliveTime(10, TimeUnit.SECONDS)
        .keepAliveTimeout(5, TimeUnit.SECONDS)
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) config.times().connect().toMillis())
        .build();
  }

  private void expire() {
    InferStream current;
    synchronized (this) {
      current = stream;
    }
    if (current != null && current.underWay() > 0) {
      current.expire();
    }
  }

  @Override
  public void close() {
    ManagedChannel open;
    synchronized (this) {
      closed = true;
      open = channel;
      channel = null;
      stream = null;
    }
    expiry.cancel(false);
    if (open != null) {
      open.shutdownNow();
    }
  }
}
