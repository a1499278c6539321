package org.scalpel.tier;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.scalpel.control.HasRequest;
import org.scalpel.control.HasResponse;
import org.scalpel.control.PutRequest;
import org.scalpel.control.PutResponse;
import org.scalpel.control.TierControlGrpc;
import org.scalpel.tier.TierException.Kind;

/** Sends blobs to a tier's store, each from where the tier's copy ends, no faster than it reads. */
final class ModelSender {
  // On a link of 0.13 Mbit/s a chunk takes eight seconds: progress is seen well before the stall.
  private static final int CHUNK = 128 << 10;
  private static final long STALL_MS = 30_000;
  private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Connection connection;
  private final ManagedChannel channel;

  ModelSender(Connection connection, ManagedChannel channel) {
    this.connection = connection;
    this.channel = channel;
  }

  /** Sends what is missing; returns the bytes that were sent. */
  long send(ModelBlobs model) {
    long sent = 0;
    for (ModelBlobs.Blob blob : model.blobs()) {
      sent += send(blob);
    }
    return sent;
  }

  /** Waits while another sends the same blob: the tier has it the sooner. */
  private long send(ModelBlobs.Blob blob) {
    Patience patience = new Patience();
    while (true) {
      HasResponse has =
          TierControlGrpc.newBlockingStub(channel)
              .withDeadlineAfter(STALL_MS, TimeUnit.MILLISECONDS)
              .has(HasRequest.newBuilder().setSha256(blob.sha256()).build());
      if (has.getComplete()) {
        return 0;
      }
      try {
        return send(blob, Math.max(0, Math.min(has.getBytesHeld(), blob.size())));
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.ABORTED) {
          throw e;
        }
        patience.check(has.getBytesHeld());
        LockSupport.parkNanos(RETRY_NS);
      }
    }
  }

  private long send(ModelBlobs.Blob blob, long offset) {
    Transfer transfer = new Transfer();
    TierControlGrpc.newStub(channel).put(transfer);
    try (OutputStream out = new Chunks(transfer, offset)) {
      PutRequest.Header header =
          PutRequest.Header.newBuilder()
              .setSha256(blob.sha256())
              .setSize(blob.size())
              .setOffset(offset)
              .build();
      transfer.next(PutRequest.newBuilder().setHeader(header).build());
      blob.source().writeTo(out);
    } catch (IOException e) {
      transfer.abort("reading the model failed");
      throw new TierException(Kind.INVALID, "the model cannot be read: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      transfer.abort("given up");
      throw e;
    }
    PutResponse answer = transfer.finish();
    if (!answer.getComplete()) {
      throw new TierException(
          Kind.PROTOCOL,
          connection.peer() + " took the whole model and says that it is not complete");
    }
    return blob.size() - offset;
  }

  /**
   * Ends when nothing was taken for long. What left this machine may stand in buffers on the way
   * for minutes; that the tier takes bytes is seen in its heartbeat.
   */
  private final class Patience {
    private Deadline end = fresh();
    private long taken = connection.pulse().takenBytes();
    private long other;

    void check(long otherSign) {
      long now = connection.pulse().takenBytes();
      if (now != taken || otherSign != other) {
        taken = now;
        other = otherSign;
        end = fresh();
      }
      if (end.over()) {
        throw new TierException(
            Kind.LOST, connection.peer() + " took nothing of the model for " + STALL_MS + " ms");
      }
    }

    private static Deadline fresh() {
      return Deadline.in(java.time.Duration.ofMillis(STALL_MS));
    }
  }

  /** Cuts a stream into messages and leaves out what the tier has. */
  private static final class Chunks extends OutputStream {
    private final Transfer transfer;
    private final byte[] chunk = new byte[CHUNK];
    private long skip;
    private int filled;

    Chunks(Transfer transfer, long skip) {
      this.transfer = transfer;
      this.skip = skip;
    }

    @Override
    public void write(int value) {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      int skipped = (int) Math.min(skip, length);
      skip -= skipped;
      int from = offset + skipped;
      int end = offset + length;
      while (from < end) {
        int count = Math.min(end - from, CHUNK - filled);
        System.arraycopy(bytes, from, chunk, filled, count);
        filled += count;
        from += count;
        if (filled == CHUNK) {
          flush();
        }
      }
    }

    @Override
    public void flush() {
      if (filled > 0) {
        ByteString data = ByteString.copyFrom(chunk, 0, filled);
        filled = 0;
        transfer.next(PutRequest.newBuilder().setData(data).build());
      }
    }

    @Override
    public void close() {
      flush();
    }
  }

  /** The call, with waiting for room. */
  private final class Transfer implements ClientResponseObserver<PutRequest, PutResponse> {
    private @Nullable ClientCallStreamObserver<PutRequest> out;
    private @Nullable PutResponse answer;
    private @Nullable Throwable fault;
    private boolean done;

    @Override
    public void beforeStart(ClientCallStreamObserver<PutRequest> stream) {
      out = stream;
      stream.setOnReadyHandler(this::wake);
    }

    private synchronized void wake() {
      notifyAll();
    }

    private ClientCallStreamObserver<PutRequest> stream() {
      return java.util.Objects.requireNonNull(out, "beforeStart comes first");
    }

    void next(PutRequest part) {
      awaitUntil(false);
      stream().onNext(part);
    }

    void abort(String why) {
      stream().cancel(why, null);
    }

    PutResponse finish() {
      stream().onCompleted();
      awaitUntil(true);
      PutResponse given = answer;
      if (given == null) {
        throw new TierException(
            Kind.PROTOCOL, connection.peer() + " ended the upload without an answer");
      }
      return given;
    }

    private synchronized void awaitUntil(boolean answered) {
      Patience patience = new Patience();
      while (fault == null && !(answered ? done : done || stream().isReady())) {
        patience.check(0);
        try {
          wait(100);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new TierException(Kind.LOST, "the upload was interrupted", e);
        }
      }
      if (fault != null) {
        throw Status.fromThrowable(fault).asRuntimeException();
      }
    }

    @Override
    public synchronized void onNext(PutResponse value) {
      answer = value;
    }

    @Override
    public synchronized void onError(Throwable error) {
      fault = error;
      notifyAll();
    }

    @Override
    public synchronized void onCompleted() {
      done = true;
      notifyAll();
    }
  }
}
