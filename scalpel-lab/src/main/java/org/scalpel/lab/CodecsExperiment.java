package org.scalpel.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.scalpel.app.EmulatedLink;
import org.scalpel.codec.TensorCodec;
import org.scalpel.cost.Network;
import org.scalpel.cost.ProblemBuilder;
import org.scalpel.cost.Profile;
import org.scalpel.cost.Profile.CodecTime;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.cost.Profiler;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.plan.Limits;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;
import org.scalpel.tier.Deployment;
import org.scalpel.tier.Execution;
import org.scalpel.tier.PlanExecutor;
import org.scalpel.tier.Rehearsal;

/**
 * What do codecs do to the tensors of a model, and what to a request? First every codec on the
 * tensors between kernels, by the operator that made them. Then the same request planned and run
 * three ways: without codecs, with lossless ones, and with all of them within a bound on the loss.
 * The first kernels are pinned to the device, so that a picture never leaves it. The plans'
 * requests alternate.
 */
public final class CodecsExperiment implements Experiment {
  private static final Duration PAUSE = Duration.ofMillis(30);
  private static final double SLOWDOWN = 6;
  private static final double MAX_LOSS = 0.05;
  private static final int PINNED = 3;
  private static final int WARM_UP = 5;
  private static final double MB_PER_S = 1e-3;
  private static final String NONE = "-";
  private static final List<String> TIERS = List.of("device", "edge");
  private static final Network.LinkSpec WIFI = new Network.LinkSpec("wifi", 18.88, 54.97, 5);
  private static final Network.LinkSpec LTE = new Network.LinkSpec("4g", 5.85, 13.76, 20);

  @Override
  public String name() {
    return "codecs";
  }

  @Override
  public String question() {
    return "How much shorter do codecs make tensors, and requests?";
  }

  @Override
  public List<String> columns() {
    return List.of(
        "model",
        "part",
        "codec",
        "count",
        "raw_bytes",
        "size",
        "encode_mb_s",
        "decode_mb_s",
        "loss",
        "on_device",
        "predicted_ms",
        "median_ms",
        "spread_ms");
  }

  @Override
  public List<Cell> cells(Lab lab) {
    List<LabModel> usual =
        LabModel.all().stream().filter(m -> m.name().startsWith("mobilenet")).toList();
    List<Cell> cells = new ArrayList<>();
    for (LabModel model : lab.models(usual.isEmpty() ? List.of(LabModel.small()) : usual)) {
      cells.add(new Cell(model.name(), () -> new Study(lab, model).rows()));
    }
    return cells;
  }

  /** One model. */
  private static final class Study {
    private final Lab lab;
    private final LabModel chosen;

    Study(Lab lab, LabModel chosen) {
      this.lab = lab;
      this.chosen = chosen;
    }

    List<List<String>> rows() {
      PicturedModel subject = PicturedModel.of(chosen, lab);
      lab.note().say("codecs: " + chosen.name() + ", input: " + subject.source());
      List<List<String>> rows = new ArrayList<>();
      try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
        KernelGraph kernels = engine.kernels(subject.model());
        ProfileOptions options =
            ProfileOptions.DEFAULT
                .withBudget(Duration.ofSeconds(lab.pick(6, 15)))
                .withPictures(subject.pictures());
        Profile profile =
            new Profiler(engine).profile(kernels, subject.inputs(), options, (step, share) -> {});
        rows.addAll(new TensorRows(chosen.name(), kernels, profile).rows());
        for (Network.LinkSpec link : List.of(WIFI, LTE)) {
          rows.addAll(requests(link, kernels, profile, subject.inputs()));
        }
      }
      return rows;
    }

    private List<List<String>> requests(
        Network.LinkSpec link,
        KernelGraph kernels,
        Profile profile,
        Map<String, TensorData> inputs) {
      List<Wire.Stop> stops =
          List.of(
              new Wire.Stop("device", SLOWDOWN, Optional.empty()),
              new Wire.Stop("edge", 1, Optional.of(EmulatedLink.shape(link))));
      try (Wire wire = Wire.start(stops, lab.scratch())) {
        Rehearsal.run(Duration.ofSeconds(lab.pick(2, 5)));
        List<Entrant> entrants = new ArrayList<>();
        plans(link, kernels, profile)
            .forEach(
                (name, partition) -> {
                  Deployment deployment =
                      Deployment.of(kernels, profile.subject().facts(), TIERS, partition);
                  PlanExecutor plan = wire.device().prepare(deployment);
                  entrants.add(new Entrant(name, partition, plan, new ArrayList<>()));
                });
        int rounds = lab.pick(10, 25);
        for (int round = -WARM_UP; round < rounds; round++) {
          for (Entrant entrant : entrants) {
            // The first request finds caches that the other plans have filled.
            entrant.plan().execute(inputs).release();
            LockSupport.parkNanos(PAUSE.toNanos());
            Execution answer = entrant.plan().execute(inputs);
            if (round >= 0) {
              entrant.runs().add(answer);
            }
          }
        }
        return entrants.stream().map(e -> row(link, e, entrants.get(0))).toList();
      }
    }

    private Map<String, Partition> plans(
        Network.LinkSpec link, KernelGraph kernels, Profile profile) {
      Limits pins = Limits.NONE;
      for (KernelGraph.Kernel kernel : kernels.kernels().subList(0, PINNED)) {
        pins = pins.pin(kernel.name(), TIERS.get(0));
      }
      Problem lossless = problem(link, kernels, profile, false);
      Map<String, Partition> plans = new LinkedHashMap<>();
      plans.put("raw only", plan(lossless.withoutCodecs(), pins));
      plans.put("lossless", plan(lossless, pins));
      plans.put(
          "loss up to " + Figure.percent(MAX_LOSS),
          plan(problem(link, kernels, profile, true), pins.maxLoss(MAX_LOSS)));
      return plans;
    }

    private static Partition plan(Problem problem, Limits limits) {
      return Planner.plan(problem, Request.of(Objective.LATENCY).withLimits(limits))
          .partitions()
          .get(0);
    }

    private static Problem problem(
        Network.LinkSpec link, KernelGraph kernels, Profile profile, boolean lossy) {
      return new ProblemBuilder(kernels)
          .tier("device", profile.withSlowdown(SLOWDOWN))
          .tier("edge", profile)
          .lossy(lossy)
          .build(new Network(List.of(link)));
    }

    private List<String> row(Network.LinkSpec link, Entrant entrant, Entrant exact) {
      List<Double> ms = entrant.runs().stream().map(Execution::totalMs).toList();
      long sent = entrant.runs().get(0).stages().stream().mapToLong(stage -> stage.bytes()).sum();
      double codecMs =
          entrant.runs().get(0).stages().stream().mapToDouble(stage -> stage.codecMs()).sum();
      lab.note()
          .say(
              "codecs: %s %s sends %d bytes, codecs take %.2f ms, %s"
                  .formatted(
                      link.name(), entrant.name(), sent, codecMs, entrant.partition().codecs()));
      long near =
          entrant.partition().assignment().values().stream().filter("device"::equals).count();
      return List.of(
          chosen.name(),
          "request over " + link.name(),
          entrant.name(),
          String.valueOf(entrant.partition().codecs().size()),
          String.valueOf(sent),
          NONE,
          NONE,
          NONE,
          Figure.of(difference(exact, entrant)),
          String.valueOf(near),
          Figure.of(entrant.partition().latencyMs()),
          Figure.of(Figure.median(ms)),
          Figure.of(Figure.spread(ms)));
    }

    private static double difference(Entrant exact, Entrant other) {
      double scale = 0;
      double worst = 0;
      for (Map.Entry<String, TensorData> output : exact.runs().get(0).outputs().entrySet()) {
        float[] wanted = output.getValue().floats();
        TensorData answer = other.runs().get(0).outputs().get(output.getKey());
        float[] given = answer == null ? new float[wanted.length] : answer.floats();
        for (int i = 0; i < wanted.length; i++) {
          scale = Math.max(scale, Math.abs(wanted[i]));
          worst = Math.max(worst, Math.abs(wanted[i] - given[i]));
        }
      }
      return scale == 0 ? worst : worst / scale;
    }
  }

  /** A plan, ready on both tiers, and its requests. */
  private record Entrant(
      String name, Partition partition, PlanExecutor plan, List<Execution> runs) {}

  /** What the profile measured, by the operator that made a tensor and by codec. */
  private record TensorRows(String model, KernelGraph kernels, Profile profile) {
    List<List<String>> rows() {
      Map<String, List<CodecTime>> groups = new LinkedHashMap<>();
      for (TensorCodec codec : TensorCodec.values()) {
        for (CodecTime time : profile.measured().codecs()) {
          if (time.codec().equals(codec.text())) {
            groups
                .computeIfAbsent(maker(time.tensor()) + "\n" + codec.text(), k -> new ArrayList<>())
                .add(time);
          }
        }
      }
      return groups.entrySet().stream()
          .sorted(Map.Entry.comparingByKey(java.util.Comparator.comparing(k -> k.split("\n")[0])))
          .map(group -> row(group.getKey().split("\n"), group.getValue()))
          .toList();
    }

    private String maker(String tensor) {
      for (KernelGraph.KernelTensor t : kernels.tensors()) {
        if (t.name().equals(tensor) && t.producer() >= 0) {
          List<Integer> layers = kernels.kernels().get(t.producer()).layers();
          return "after " + kernels.layers().layers().get(layers.get(layers.size() - 1)).op();
        }
      }
      return "input";
    }

    private List<String> row(String[] key, List<CodecTime> times) {
      double raw = 0;
      double coded = 0;
      double encode = 0;
      double decode = 0;
      double loss = 0;
      for (CodecTime time : times) {
        raw +=
            Optional.ofNullable(profile.subject().facts().get(time.tensor()))
                .map(TensorFact::bytes)
                .orElseThrow();
        coded += time.bytes();
        encode += time.encodeMs().medianMs();
        decode += time.decodeMs().medianMs();
        loss = Math.max(loss, time.loss());
      }
      return List.of(
          model,
          key[0],
          key[1],
          String.valueOf(times.size()),
          String.valueOf((long) raw),
          Figure.of(coded / raw),
          Figure.of(MB_PER_S * raw / encode),
          Figure.of(MB_PER_S * raw / decode),
          Figure.of(loss),
          NONE,
          NONE,
          NONE,
          NONE);
    }
  }

  @Override
  public void conclude(Table results, Report report) {
    Table requests = results.where(row -> row.text("part").startsWith("request"));
    results
        .where(row -> !row.text("part").startsWith("request"))
        .by("model")
        .forEach((model, rows) -> report.table("Tensors of " + model, rows));
    report.table("Requests (raw_bytes are those that crossed the link)", requests);
    requests
        .by("model")
        .forEach(
            (model, ofModel) ->
                ofModel
                    .by("part")
                    .forEach(
                        (part, rows) -> {
                          List<Double> ms = rows.numbers("median_ms");
                          report.found(
                              "%s, %s: %s ms without codecs, %s ms with lossless ones, %s ms with a loss of up to %s (predicted %s, %s, %s)."
                                  .formatted(
                                      model,
                                      part,
                                      Figure.of(ms.get(0)),
                                      Figure.of(ms.get(1)),
                                      Figure.of(ms.get(2)),
                                      Figure.percent(MAX_LOSS),
                                      Figure.of(rows.numbers("predicted_ms").get(0)),
                                      Figure.of(rows.numbers("predicted_ms").get(1)),
                                      Figure.of(rows.numbers("predicted_ms").get(2))));
                        }));
  }
}
