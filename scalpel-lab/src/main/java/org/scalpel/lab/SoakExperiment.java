package org.scalpel.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.scalpel.graph.TensorData;

/**
 * Does one tier stay the same over a million requests? They go over one stream, 64 in flight, and
 * every answer is compared bit by bit with the runtime's own. The resident memory of the tier's
 * process and of this one is read after every twentieth part.
 */
public final class SoakExperiment implements Experiment {
  private static final int REQUESTS = 1_000_000;
  private static final int QUICK = 40_000;
  private static final int PARTS = 20;
  private static final int WINDOW = 64;
  private static final int INPUTS = 64;

  @Override
  public String name() {
    return "soak";
  }

  @Override
  public String question() {
    return "Does a tier's memory stay flat, and is every answer right, over a million requests?";
  }

  @Override
  public List<String> columns() {
    return List.of(
        "requests", "seconds", "rps", "wrong", "failed", "tier_rss_mib", "client_rss_mib");
  }

  @Override
  public List<Cell> cells(Lab lab) {
    return List.of(new Cell("all", () -> measure(lab)));
  }

  private static List<List<String>> measure(Lab lab) {
    List<List<String>> rows = new ArrayList<>();
    List<Map<String, TensorData>> inputs = SmallTier.inputs(INPUTS);
    try (SmallTier tier = new SmallTier(lab.scratch(), WINDOW, List.of("-Xmx256m"))) {
      Load load = new Load(tier.streamed(), inputs, tier.answers(inputs));
      int part = lab.pick(QUICK, REQUESTS) / PARTS;
      long begun = System.nanoTime();
      for (int i = 1; i <= PARTS; i++) {
        long start = System.nanoTime();
        load.send(part);
        double seconds = (System.nanoTime() - start) / 1e9;
        rows.add(
            List.of(
                String.valueOf(i * part),
                Figure.of((System.nanoTime() - begun) / 1e9),
                Figure.of(part / seconds),
                String.valueOf(load.wrong.get()),
                String.valueOf(load.failed.get()),
                Figure.of(tier.tierMib()),
                Figure.of(SmallTier.residentMib(ProcessHandle.current().pid()))));
        lab.note().say("soak: %d requests, %s MiB".formatted(i * part, rows.get(i - 1).get(5)));
      }
    }
    return rows;
  }

  private static final class Load {
    private final SmallTier.Asking asking;
    private final List<Map<String, TensorData>> inputs;
    private final List<float[]> expected;
    private final AtomicLong wrong = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    Load(SmallTier.Asking asking, List<Map<String, TensorData>> inputs, List<float[]> expected) {
      this.asking = asking;
      this.inputs = inputs;
      this.expected = expected;
    }

    void send(int count) {
      Semaphore window = new Semaphore(WINDOW);
      for (int i = 0; i < count; i++) {
        int which = i % inputs.size();
        window.acquireUninterruptibly();
        var unused =
            asking
                .ask(inputs.get(which))
                .whenComplete(
                    (seen, fault) -> {
                      if (seen == null) {
                        failed.incrementAndGet();
                      } else {
                        if (!Arrays.equals(seen.output().floats(), expected.get(which))) {
                          wrong.incrementAndGet();
                        }
                        seen.release().run();
                      }
                      window.release();
                    });
      }
      window.acquireUninterruptibly(WINDOW);
    }
  }

  @Override
  public void conclude(Table results, Report report) {
    List<Double> memory = results.numbers("tier_rss_mib");
    int quarter = memory.size() / 4;
    double early = Figure.median(memory.subList(quarter, 2 * quarter));
    double late = Figure.median(memory.subList(3 * quarter, memory.size()));
    List<Double> wrong = results.numbers("wrong");
    List<Double> failed = results.numbers("failed");
    report.found(
        "%.0f requests: %.0f wrong answers, %.0f failed, %s per second in the median."
            .formatted(
                results.numbers("requests").get(memory.size() - 1),
                wrong.get(wrong.size() - 1),
                failed.get(failed.size() - 1),
                Figure.of(Figure.median(results.numbers("rps")))));
    report.found(
        "The tier's resident memory is %s MiB in the last quarter, %s in the second (%+.1f %%)."
            .formatted(Figure.of(late), Figure.of(early), 100 * (late / early - 1)));
    report.chart(
        "soak",
        new Chart("Resident memory", "requests", "MiB")
            .line("tier", results.numbers("requests"), memory)
            .line("client", results.numbers("requests"), results.numbers("client_rss_mib")));
  }
}
