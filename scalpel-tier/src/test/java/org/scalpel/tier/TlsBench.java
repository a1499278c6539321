package org.scalpel.tier;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;

/**
 * What encryption costs: the same split requests over plain lanes, over BoringSSL and over the
 * JDK's own TLS, in turns.
 *
 * <p>Run by {@code docs/benchmarks.md}, section "Encryption"; no test.
 */
final class TlsBench {
  private static final int[] FLOATS = {256, 37_500, 250_000, 800_000};
  private static final double SECONDS_PER_SIZE =
      Double.parseDouble(System.getProperty("bench.seconds", "4"));

  private TlsBench() {}

  private record Pair(TierServer server, DeviceTier device) {
    static Pair open(String name, Path store, Papers papers, boolean encrypted) {
      Security tier = encrypted ? papers.mutual() : Security.NONE;
      Security caller = encrypted ? papers.client() : Security.NONE;
      TierServer server = TierServer.start(Nets.tier(name, store).security(tier).build());
      return new Pair(
          server,
          new DeviceTier(
              Nets.tier(name + "-device", store)
                  .next(server.address().toString())
                  .security(caller)
                  .build()));
    }
  }

  /** Prints a table. */
  public static void main(String[] args) throws Exception {
    Path store = Files.createTempDirectory("scalpel-tls-bench");
    Papers papers = new Papers(store.resolve("papers"));
    Pair plain = Pair.open("plain", store, papers, false);
    Pair boring = Pair.open("boring", store, papers, true);
    System.setProperty(Tls.JDK, "true");
    Pair jdk = Pair.open("jdk", store, papers, true);
    List<Pair> pairs = List.of(plain, boring, jdk);
    System.out.println("| tensor, each way | plain, ms | BoringSSL, ms | JDK, ms |");
    System.out.println("|---|---|---|---|");
    row(4_096, pairs);
    System.out.println("(the first row warmed up the virtual machine)");
    for (int floats : FLOATS) {
      row(floats, pairs);
    }
    System.exit(0);
  }

  private static void row(int floats, List<Pair> pairs) {
    OnnxModel model = Nets.wide(floats);
    Map<String, TensorData> inputs = Nets.inputs(model, 1);
    Deployment deployment = Nets.cut(model, List.of("device", "edge"), 1);
    List<PlanExecutor> plans = new ArrayList<>();
    pairs.forEach(pair -> plans.add(pair.device.prepare(deployment)));
    double[][] times = new double[plans.size()][20_000];
    long start = System.nanoTime();
    long warm = start + (long) (SECONDS_PER_SIZE / 3 * 1e9);
    long end = start + (long) (SECONDS_PER_SIZE * 1e9);
    int n = 0;
    while (n < 20_000 && System.nanoTime() < end) {
      boolean counts = System.nanoTime() > warm;
      for (int p = 0; p < times.length; p++) {
        long a = System.nanoTime();
        plans.get(p).execute(inputs).release();
        times[p][n] = (System.nanoTime() - a) / 1e6;
      }
      n += counts ? 1 : 0;
    }
    plans.forEach(PlanExecutor::close);
    StringBuilder line = new StringBuilder();
    line.append(String.format(Locale.ROOT, "| %.1f kB |", floats * 4 / 1000.0));
    for (double[] all : times) {
      double[] sorted = Arrays.copyOf(all, n);
      Arrays.sort(sorted);
      line.append(
          String.format(
              Locale.ROOT, " %.3f (%.3f–%.3f) |", sorted[n / 2], sorted[n / 4], sorted[n * 3 / 4]));
    }
    System.out.println(line);
  }
}
