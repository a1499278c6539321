package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.SegmentChain;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.LayerGraph;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.onnx.NodeProto;
import org.scalpel.tier.Deployment;
import org.scalpel.tier.PlanExecutor;

/**
 * What does the runtime cost beside its parts? A tiny model whose boundary tensor has a chosen size
 * is cut into two and three segments, which real tier processes run over plain loopback. Beside it,
 * in turns: the same segments run one after the other by ONNX Runtime in this process, and the same
 * bytes exchanged over a plain socket, once per hop.
 */
public final class OverheadExperiment implements Experiment {
  private static final List<Integer> SIZES =
      List.of(4_096, 65_536, 150_528, 602_112, 1_000_000, 3_211_264, 8_388_608);
  private static final int ANSWER_BYTES = 4;
  private static final int ROUND = 10;

  @Override
  public String name() {
    return "overhead";
  }

  @Override
  public String question() {
    return "What does a split request cost beside raw inference of its segments and a raw socket's"
        + " time for its bytes?";
  }

  @Override
  public List<String> columns() {
    return List.of(
        "bytes",
        "hops",
        "runs",
        "request_ms",
        "request_spread_ms",
        "inference_ms",
        "socket_ms",
        "overhead_ms",
        "overhead_per_hop_ms",
        "transfer_ratio");
  }

  @Override
  public List<Cell> cells(Lab lab) {
    List<Cell> cells = new ArrayList<>();
    for (int hops : List.of(1, 2)) {
      cells.add(new Cell(hops + " hops", () -> measure(lab, hops)));
    }
    return cells;
  }

  /** A request's three times, in turns so that a drifting machine drifts for all of them. */
  private static final class Times {
    private final List<Double> request = new ArrayList<>();
    private final List<Double> inference = new ArrayList<>();
    private final List<Double> socket = new ArrayList<>();
  }

  /** All sizes over the same processes, which so become and stay warm. */
  private static List<List<String>> measure(Lab lab, int hops) throws Exception {
    List<String> tiers = List.of("device", "edge", "cloud").subList(0, hops + 1);
    List<Wire.Stop> stops =
        tiers.stream().map(name -> new Wire.Stop(name, 1, Optional.empty())).toList();
    List<List<String>> rows = new ArrayList<>();
    try (Engine engine = new Engine(EngineOptions.DEFAULT);
        Wire wire = Wire.start(stops, lab.scratch());
        RawPipe pipe = new RawPipe();
        RawPipe.Client raw = RawPipe.connect(pipe.address())) {
      for (int bytes : lab.quick() ? SIZES.subList(1, 4) : SIZES) {
        lab.note().say("overhead: %d bytes over %d hops".formatted(bytes, hops));
        OnnxModel model = chain(bytes / Float.BYTES);
        KernelGraph kernels =
            KernelGraph.ofGroups(
                LayerGraph.of(model),
                List.of(List.of("near"), List.of("middle"), List.of("far", "top")));
        Map<String, TensorData> inputs = Map.of("x", randomInput(bytes / Float.BYTES, lab.seed()));
        Map<String, TensorFact> facts = engine.facts(model, inputs);
        List<Integer> placed = hops == 1 ? List.of(0, 1, 1) : List.of(0, 1, 2);
        Deployment deployment = new Deployment(kernels, tiers, placed, facts, Map.of(), Map.of());
        int[] cut = placed.stream().mapToInt(Integer::intValue).toArray();
        try (SegmentChain chain = new SegmentChain(engine, kernels, facts, cut);
            PlanExecutor plan = wire.device().prepare(deployment)) {
          Turns turns = new Turns(plan, chain, inputs, raw, bytes);
          turns.untilWarm(rows.isEmpty() ? lab.pick(8_000, 40_000) : lab.pick(2_000, 5_000));
          rows.add(row(bytes, hops, turns.lasting(lab.pick(1_500, 4_000))));
        }
      }
    }
    return rows;
  }

  /** Ten requests, ten inferences, ten exchanges, and again. */
  private record Turns(
      PlanExecutor plan,
      SegmentChain chain,
      Map<String, TensorData> inputs,
      RawPipe.Client raw,
      int bytes) {

    /**
     * Goes on until a second is no faster than the best before it for three times, as the virtual
     * machine compiles what has run some thousand times, or for so long.
     */
    void untilWarm(int mostMs) throws Exception {
      double best = Double.POSITIVE_INFINITY;
      int idle = 0;
      for (int spent = 0; spent < mostMs && idle < 3; spent += 1_000) {
        double now = Figure.median(lasting(1_000).request);
        idle = now < 0.97 * best ? 0 : idle + 1;
        best = Math.min(best, now);
      }
    }

    Times lasting(int ms) throws Exception {
      Times times = new Times();
      long end = System.nanoTime() + ms * 1_000_000L;
      while (System.nanoTime() < end || times.request.size() < 3 * ROUND) {
        for (int i = 0; i < ROUND; i++) {
          times.request.add(plan.execute(inputs).totalMs());
        }
        for (int i = 0; i < ROUND; i++) {
          times.inference.add(sum(chain.time(inputs)));
        }
        for (int i = 0; i < ROUND; i++) {
          times.socket.add(raw.exchange(bytes, ANSWER_BYTES));
        }
      }
      return times;
    }

    private static double sum(List<Double> segments) {
      return segments.stream().mapToDouble(Double::doubleValue).sum();
    }
  }

  private static List<String> row(int bytes, int hops, Times times) {
    double request = Figure.median(times.request);
    double inference = Figure.median(times.inference);
    double socket = Figure.median(times.socket) * hops;
    double overhead = request - inference - socket;
    return List.of(
        String.valueOf(bytes),
        String.valueOf(hops),
        String.valueOf(times.request.size()),
        Figure.of(request),
        Figure.of(Figure.spread(times.request)),
        Figure.of(inference),
        Figure.of(socket),
        Figure.of(overhead),
        Figure.of(overhead / hops),
        Figure.of((request - inference) / socket));
  }

  /** x → Neg → Abs → Neg → largest value: three kernels, two boundaries of the same size. */
  private static OnnxModel chain(int elements) {
    TensorFact big = TensorFact.of(ElementType.FLOAT32, 1, elements);
    TensorFact one = TensorFact.of(ElementType.FLOAT32, 1, 1);
    return ModelBuilder.opset(13)
        .input("x", big)
        .node(named("near", "Neg", "x", "t1"))
        .node(named("middle", "Abs", "t1", "t2"))
        .node(named("far", "Neg", "t2", "t3"))
        .node(named("top", "ReduceMax", "t3", "y"))
        .output("y", one)
        .build();
  }

  private static NodeProto named(String name, String op, String in, String out) {
    return NodeProto.newBuilder().setName(name).setOpType(op).addInput(in).addOutput(out).build();
  }

  private static TensorData randomInput(int elements, long seed) {
    Random random = new Random(seed);
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = random.nextFloat();
    }
    return TensorData.ofFloats(values, 1, elements);
  }

  @Override
  public void conclude(Table results, Report report) {
    Table small = results.where(row -> row.number("bytes") <= 1_000_000);
    Table large = results.where(row -> row.number("bytes") > 1_000_000);
    report.found(
        "Tensors up to 1 MB: %s ms per hop beside raw inference and raw sockets at the median, %s ms at worst."
            .formatted(
                Figure.of(Figure.median(small.numbers("overhead_per_hop_ms"))),
                Figure.of(max(small.numbers("overhead_per_hop_ms")))));
    if (!large.rows().isEmpty()) {
      report.found(
          "Larger tensors: the transfer takes %s times the raw socket's time at worst."
              .formatted(Figure.of(max(large.numbers("transfer_ratio")))));
    }
    Chart chart =
        new Chart("Cost beside raw inference and raw sockets", "bytes", "ms per hop").logX();
    results
        .by("hops")
        .forEach(
            (hops, rows) ->
                chart.line(
                    hops + (hops.equals("1") ? " hop" : " hops"),
                    rows.numbers("bytes"),
                    rows.numbers("overhead_per_hop_ms")));
    report.chart("overhead", chart);
  }

  private static double max(List<Double> values) {
    return values.stream().max(Double::compare).orElse(0.0);
  }
}
