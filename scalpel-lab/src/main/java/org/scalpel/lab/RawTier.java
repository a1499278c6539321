package org.scalpel.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.testbed.JavaCommand;
import org.scalpel.testbed.TierProcess;
import org.scalpel.testbed.TierProcessConfig;

/**
 * A {@link RawServer} in a process of its own and its caller here: whoever asks writes to the
 * socket, and one thread reads the answers, which come in order.
 */
final class RawTier implements AutoCloseable {
  private static final int MOST = 64;

  private final TierProcess process;
  private final SocketChannel socket;
  private final TensorFact output;
  private final Queue<CompletableFuture<SmallTier.Seen>> waiting = new ConcurrentLinkedQueue<>();
  private final ByteBuffer out;

  /**
   * Starts it.
   *
   * @param model a file; one input and one output of the same fixed size
   * @param options of the virtual machine
   */
  RawTier(Path model, TensorFact output, Path folder, List<String> options) {
    this.output = output;
    this.out = ByteBuffer.allocateDirect((int) output.bytes());
    JavaCommand java =
        JavaCommand.sameClassPath(RawServer.class.getName(), model.toString())
            .withOptions(options.toArray(String[]::new));
    process = TierProcess.start(TierProcessConfig.of("raw", java, folder.resolve("raw.log")));
    try {
      socket =
          SocketChannel.open(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), process.port()));
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    } catch (IOException e) {
      process.close();
      throw new UncheckedIOException("the raw server is not reached", e);
    }
    Thread thread = new Thread(this::read, "raw-answers");
    thread.setDaemon(true);
    thread.start();
  }

  long pid() {
    return process.pid();
  }

  /** One request: what a tier is asked, too. */
  synchronized CompletableFuture<SmallTier.Seen> ask(Map<String, TensorData> inputs) {
    CompletableFuture<SmallTier.Seen> answer = new CompletableFuture<>();
    waiting.add(answer);
    out.clear().put(inputs.values().iterator().next().data()).flip();
    try {
      while (out.hasRemaining()) {
        socket.write(out);
      }
    } catch (IOException e) {
      answer.completeExceptionally(e);
    }
    return answer;
  }

  private void read() {
    int size = (int) output.bytes();
    ByteBuffer in = ByteBuffer.allocateDirect(MOST * size).order(ByteOrder.LITTLE_ENDIAN);
    try {
      while (socket.read(in) >= 0) {
        in.flip();
        while (in.remaining() >= size) {
          TensorData tensor = new TensorData(output, in.slice(in.position(), size));
          in.position(in.position() + size);
          waiting.remove().complete(new SmallTier.Seen(tensor, () -> {}));
        }
        in.compact();
      }
    } catch (IOException e) {
      waiting.forEach(one -> one.completeExceptionally(e));
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      process.close();
    }
  }
}
