package org.scalpel.tier;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.Session;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Segment;
import org.scalpel.graph.Splitter;
import org.scalpel.graph.TensorData;

/**
 * What a hop costs: a split request over loopback against the raw parts, its segments alone in the
 * runtime and its bytes over a plain blocking socket. Rounds of both take turns.
 *
 * <p>Run by {@code docs/benchmarks.md}, section "Data path"; no test.
 */
final class DataPathBench {
  private static final int[] FLOATS = {256, 4_096, 37_500, 65_536, 250_000, 800_000, 2_000_000};
  private static final double SECONDS_PER_SIZE =
      Double.parseDouble(System.getProperty("bench.seconds", "4"));

  private DataPathBench() {}

  /** Prints a table. */
  public static void main(String[] args) throws Exception {
    System.out.println(
        "| tensor, each way | runtime alone ms | raw socket ms | split ms (p25-p75) | over the parts ms | ÷ raw socket |");
    System.out.println("|---|---|---|---|---|---|");
    Path store = Files.createTempDirectory("scalpel-bench");
    try (Tiers tiers = Tiers.start(store, 2);
        DeviceTier device = new DeviceTier(tiers.device().build());
        Echo echo = new Echo()) {
      row(4_096, device, echo);
      System.out.println("(the first row warmed up the virtual machine)");
      for (int floats : FLOATS) {
        row(floats, device, echo);
      }
    }
    System.exit(0);
  }

  private static void row(int floats, DeviceTier device, Echo echo) throws IOException {
    OnnxModel model = Nets.wide(floats);
    Map<String, TensorData> inputs = Nets.inputs(model, 1);
    Deployment deployment = Nets.cut(model, List.of("device", "edge"), 1);
    int[] tiers = deployment.tierOfKernel().stream().mapToInt(Integer::intValue).toArray();
    try (PlanExecutor plan = device.prepare(deployment);
        Engine engine = new Engine(EngineOptions.DEFAULT)) {
      Splitter splitter = new Splitter(model, deployment.kernels());
      List<Segment> segments = splitter.segments(tiers);
      Session first = open(engine, splitter, segments.get(0), deployment);
      Session second = open(engine, splitter, segments.get(1), deployment);
      double[] split = new double[20_000];
      double[] runtime = new double[split.length];
      double[] socket = new double[split.length];
      long warm = System.nanoTime() + (long) (SECONDS_PER_SIZE / 3 * 1e9);
      long end = System.nanoTime() + (long) (SECONDS_PER_SIZE * 1e9);
      int n = 0;
      while (n < split.length && System.nanoTime() < end) {
        long a = System.nanoTime();
        plan.execute(inputs).release();
        long b = System.nanoTime();
        Map<String, TensorData> middle = first.run(inputs);
        Map<String, TensorData> last = second.run(middle);
        long c = System.nanoTime();
        echo.roundTrip(floats * 4);
        long d = System.nanoTime();
        first.recycle(middle);
        second.recycle(last);
        if (System.nanoTime() > warm) {
          split[n] = (b - a) / 1e6;
          runtime[n] = (c - b) / 1e6;
          socket[n++] = (d - c) / 1e6;
        }
      }
      first.close();
      second.close();
      print(floats, Arrays.copyOf(split, n), Arrays.copyOf(runtime, n), Arrays.copyOf(socket, n));
    }
  }

  private static Session open(
      Engine engine, Splitter splitter, Segment segment, Deployment deployment) {
    return engine.open(
        splitter.extract(segment, deployment.facts(), Map.of()),
        deployment.model().folder(),
        "segment");
  }

  private static void print(int floats, double[] split, double[] runtime, double[] socket) {
    Arrays.sort(split);
    Arrays.sort(runtime);
    Arrays.sort(socket);
    double total = median(split);
    double parts = median(runtime) + median(socket);
    System.out.printf(
        Locale.ROOT,
        "| %.1f kB | %.3f | %.3f | %.3f (%.3f-%.3f) | %.3f | %.2f |%n",
        floats * 4 / 1000.0,
        median(runtime),
        median(socket),
        total,
        split[split.length / 4],
        split[split.length * 3 / 4],
        total - parts,
        (total - median(runtime)) / median(socket));
  }

  private static double median(double[] sorted) {
    return sorted[sorted.length / 2];
  }

  /** The yardstick: the same bytes there and back over a blocking socket, no framing. */
  private static final class Echo implements AutoCloseable {
    private final ServerSocketChannel server;
    private final SocketChannel client;
    private final ByteBuffer out = ByteBuffer.allocateDirect(16 << 20);
    private final ByteBuffer in = ByteBuffer.allocateDirect(16 << 20);

    Echo() throws IOException {
      server = ServerSocketChannel.open().bind(new InetSocketAddress("localhost", 0));
      Thread thread = new Thread(this::serve, "echo");
      thread.setDaemon(true);
      thread.start();
      client = SocketChannel.open(server.getLocalAddress());
      client.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    private void serve() {
      try (SocketChannel peer = server.accept()) {
        peer.setOption(StandardSocketOptions.TCP_NODELAY, true);
        ByteBuffer head = ByteBuffer.allocateDirect(4);
        ByteBuffer body = ByteBuffer.allocateDirect(16 << 20);
        while (true) {
          read(peer, head.clear());
          int bytes = head.flip().getInt();
          read(peer, body.clear().limit(bytes));
          body.flip();
          while (body.hasRemaining()) {
            peer.write(body);
          }
        }
      } catch (IOException e) {
        // The client went away: the end.
      }
    }

    private static void read(SocketChannel from, ByteBuffer into) throws IOException {
      while (into.hasRemaining()) {
        if (from.read(into) < 0) {
          throw new IOException("closed");
        }
      }
    }

    void roundTrip(int bytes) throws IOException {
      out.clear().putInt(bytes).position(0).limit(bytes + 4);
      while (out.hasRemaining()) {
        client.write(out);
      }
      read(client, in.clear().limit(bytes));
    }

    @Override
    public void close() throws IOException {
      client.close();
      server.close();
    }
  }
}
