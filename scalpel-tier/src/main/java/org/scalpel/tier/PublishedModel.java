package org.scalpel.tier;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelInferResponse;
import org.scalpel.tier.TierException.Kind;

/**
 * A model that a tier publishes, called as any client of the protocol would: one call for each
 * request, many at a time. Made by {@link TierClient#published}; thread-safe.
 */
public final class PublishedModel {
  private static final Metadata.Key<String> TIMEOUT =
      Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);

  private final String model;
  private final Connection connection;
  private final TierConfig config;
  private final Map<String, TensorFact> outputs;
  private final String timeout;

  PublishedModel(
      String model, Connection connection, TierConfig config, Map<String, TensorFact> outputs) {
    this.model = model;
    this.connection = connection;
    this.config = config;
    this.outputs = Map.copyOf(outputs);
    this.timeout = timeout(config.times().request());
  }

  /**
   * An answer.
   *
   * @param outputs by name
   * @param releaser what {@link #release} does
   */
  public record Reply(Map<String, TensorData> outputs, Runnable releaser) {
    /** Gives the outputs' memory back for the next answer; they must not be touched afterwards. */
    public void release() {
      releaser.run();
    }
  }

  /**
   * One request. What is chained to the answer must not block: it may run on the transport's
   * thread. Fails with a {@link TierException}.
   */
  public CompletableFuture<Reply> infer(Map<String, TensorData> inputs) {
    CompletableFuture<Reply> answer = new CompletableFuture<>();
    ManagedChannel channel;
    try {
      channel = connection.channel();
    } catch (TierException e) {
      return CompletableFuture.failedFuture(e);
    }
    new Call(channel, answer).start(inputs);
    return answer;
  }

  /**
   * One call. Its time is kept by the connection's clock and told to the tier in gRPC's own header:
   * a timer of gRPC for each call would wake a thread twice.
   */
  private final class Call extends ClientCall.Listener<InferMessage<ModelInferResponse>>
      implements Connection.Timed {
    private final ManagedChannel channel;
    private final CompletableFuture<Reply> answer;
    private final ClientCall<InferMessage<ModelInferRequest>, InferMessage<ModelInferResponse>>
        call;
    private final Deadline deadline = Deadline.in(config.times().request());
    private volatile boolean late;

    Call(ManagedChannel channel, CompletableFuture<Reply> answer) {
      this.channel = channel;
      this.answer = answer;
      this.call = channel.newCall(connection.methods().infer(), CallOptions.DEFAULT);
    }

    void start(Map<String, TensorData> inputs) {
      Metadata headers = new Metadata();
      headers.put(TIMEOUT, timeout);
      connection.begin(this);
      try {
        call.start(this, headers);
        call.sendMessage(request(model, inputs));
        call.halfClose();
        // After the message, which wakes the thread that sends it: both are done at once then.
        call.request(2);
      } catch (RuntimeException e) {
        connection.end(this);
        call.cancel("it could not be asked", e);
        answer.completeExceptionally(e);
      }
    }

    @Override
    public void expire() {
      if (deadline.over()) {
        late = true;
        call.cancel("its time is over", null);
      }
    }

    @Override
    public void onMessage(InferMessage<ModelInferResponse> message) {
      if (answer.isDone()) {
        message.release();
        call.cancel("it was answered twice", null);
        return;
      }
      try {
        answer.complete(new Reply(read(message), message::release));
      } catch (TierException e) {
        answer.completeExceptionally(e);
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      connection.end(this);
      if (status.isOk()) {
        if (!answer.isDone()) {
          answer.completeExceptionally(
              new TierException(Kind.PROTOCOL, connection.peer() + " ended without an answer"));
        }
        return;
      }
      // The tier gives up at the same time, and its word may be here first.
      boolean over = late || (status.getCode() == Status.Code.CANCELLED && deadline.over());
      Status why = over ? Status.DEADLINE_EXCEEDED.withDescription(tooLong()) : status;
      answer.completeExceptionally(connection.explain(channel, why));
    }
  }

  private String tooLong() {
    return "deadline exceeded after " + config.times().request().toMillis() / 1e3 + " s";
  }

  /** At most eight digits and a unit, as gRPC wants it. */
  private static String timeout(Duration limit) {
    long ms = Math.max(1, limit.toMillis());
    return ms < 100_000_000 ? ms + "m" : Math.min(99_999_999, limit.toSeconds()) + "S";
  }

  Map<String, TensorData> read(InferMessage<ModelInferResponse> message) {
    try {
      return new LinkedHashMap<>(
          Tensors.read(
              message.header(),
              message.raw(),
              name -> {
                TensorFact fact = outputs.get(name);
                if (fact == null) {
                  throw Refusal.invalid("output '" + name + "' is not in its metadata");
                }
                return fact;
              }));
    } catch (StatusRuntimeException e) {
      throw new TierException(
          Kind.PROTOCOL,
          connection.peer() + " answered wrongly: " + e.getStatus().getDescription(),
          e);
    }
  }

  static InferMessage<ModelInferRequest> request(String model, Map<String, TensorData> inputs) {
    ModelInferRequest.Builder header = ModelInferRequest.newBuilder().setModelName(model);
    List<ByteBuffer> raw = new ArrayList<>();
    inputs.forEach(
        (name, tensor) -> {
          header.addInputs(Tensors.input(name, tensor.fact()));
          raw.add(tensor.data());
        });
    return InferMessage.of(header.build(), raw);
  }
}
