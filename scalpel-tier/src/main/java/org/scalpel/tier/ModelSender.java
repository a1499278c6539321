package org.scalpel.tier;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.scalpel.control.HasRequest;
import org.scalpel.control.HasResponse;
import org.scalpel.control.PutRequest;
import org.scalpel.control.PutResponse;
import org.scalpel.control.TierControlGrpc;
import org.scalpel.tier.TierException.Kind;

/** Sends blobs to a tier's store, each from where the tier's copy ends, no faster than it reads. */
final class ModelSender {
  private static final int CHUNK = 1 << 20;
  private static final long STALL_MS = 30_000;

  private final String peer;
  private final io.grpc.Channel channel;

  ModelSender(String peer, io.grpc.Channel channel) {
    this.peer = peer;
    this.channel = channel;
  }

  /** Sends what is missing; returns the bytes that were sent. */
  long send(ModelBlobs model) {
    long sent = 0;
    for (ModelBlobs.Blob blob : model.blobs()) {
      HasResponse has =
          TierControlGrpc.newBlockingStub(channel)
              .withDeadlineAfter(STALL_MS, TimeUnit.MILLISECONDS)
              .has(HasRequest.newBuilder().setSha256(blob.sha256()).build());
      if (!has.getComplete()) {
        sent += send(blob, Math.max(0, Math.min(has.getBytesHeld(), blob.size())));
      }
    }
    return sent;
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
          Kind.PROTOCOL, peer + " took the whole model and says that it is not complete");
    }
    return blob.size() - offset;
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
        throw new TierException(Kind.PROTOCOL, peer + " ended the upload without an answer");
      }
      return given;
    }

    private synchronized void awaitUntil(boolean answered) {
      Deadline end = Deadline.in(java.time.Duration.ofMillis(STALL_MS));
      while (fault == null && !(answered ? done : done || stream().isReady())) {
        if (end.over()) {
          throw new TierException(
              Kind.LOST, peer + " took nothing of the model for " + STALL_MS + " ms");
        }
        try {
          wait(100);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new TierException(Kind.LOST, "the upload was interrupted", e);
        }
      }
      if (fault != null) {
        throw Refusal.fromPeer(peer, Status.fromThrowable(fault));
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
