package org.scalpel.tier;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
  private final String model;
  private final Connection connection;
  private final TierConfig config;
  private final Map<String, TensorFact> outputs;

  PublishedModel(
      String model, Connection connection, TierConfig config, Map<String, TensorFact> outputs) {
    this.model = model;
    this.connection = connection;
    this.config = config;
    this.outputs = Map.copyOf(outputs);
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
    connection.begin();
    ClientCalls.asyncUnaryCall(
        channel.newCall(
            connection.methods().infer(),
            CallOptions.DEFAULT.withDeadlineAfter(
                config.times().request().toMillis(), TimeUnit.MILLISECONDS)),
        request(model, inputs),
        new Receiver(channel, answer));
    return answer;
  }

  private final class Receiver implements StreamObserver<InferMessage<ModelInferResponse>> {
    private final ManagedChannel channel;
    private final CompletableFuture<Reply> answer;

    Receiver(ManagedChannel channel, CompletableFuture<Reply> answer) {
      this.channel = channel;
      this.answer = answer;
    }

    @Override
    public void onNext(InferMessage<ModelInferResponse> message) {
      try {
        answer.complete(new Reply(read(message), message::release));
      } catch (TierException e) {
        answer.completeExceptionally(e);
      }
    }

    @Override
    public void onError(Throwable error) {
      connection.end();
      answer.completeExceptionally(connection.explain(channel, Status.fromThrowable(error)));
    }

    @Override
    public void onCompleted() {
      connection.end();
      if (!answer.isDone()) {
        answer.completeExceptionally(
            new TierException(Kind.PROTOCOL, connection.peer() + " ended without an answer"));
      }
    }
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
