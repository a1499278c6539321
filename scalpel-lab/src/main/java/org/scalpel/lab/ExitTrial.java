package org.scalpel.lab;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.scalpel.app.EmulatedLink;
import org.scalpel.cost.Network;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.EarlyExits;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelGraph.Kernel;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Segment;
import org.scalpel.graph.Splitter;
import org.scalpel.graph.TensorData;
import org.scalpel.learn.ClassifiedPictures;
import org.scalpel.learn.Classifier;
import org.scalpel.plan.Partition;
import org.scalpel.tier.Deployment;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.PlanExecutor;
import org.scalpel.tier.Rehearsal;

/**
 * Schemes measured: a device and an edge process behind an emulated link, real pictures with
 * labels, request by request in turns. Every scheme plans for ten per cent less than the deadline.
 * What does not depend on a deadline (ways without exits) is measured once and judged under each.
 */
final class ExitTrial {
  private static final Duration PAUSE = Duration.ofMillis(30);
  private static final double MARGIN = 1.1;
  private static final List<Integer> DEADLINES = List.of(2, 4, 6);

  private final Lab lab;
  private final ExitSource source;
  private final EddiWorld world;
  private final ExitSubject subject;

  ExitTrial(Lab lab, ExitSource source, EddiWorld world) {
    this.lab = lab;
    this.source = source;
    this.world = world;
    this.subject = world.subject();
  }

  /** One thing to measure: a way, and for ways with exits the time that every request has. */
  private record Entry(ExitWay way, Optional<Duration> limit) {
    static Entry of(ExitWay way, double deadlineMs) {
      return new Entry(
          way,
          way.depth() < 0
              ? Optional.of(Duration.ofNanos(Math.round(deadlineMs * 1e6)))
              : Optional.empty());
    }
  }

  /** One answered picture. */
  private record Answer(double ms, boolean right) {}

  /** A way that is ready, and which of its outputs answers. */
  private record Ready(PlanExecutor plan, String output, List<Answer> answers) {}

  List<List<String>> rows(Network.LinkSpec link) {
    lab.note().say("eddi: measures %s over %s".formatted(subject.name(), link.name()));
    EddiChoices choices = EddiChoices.of(world, link);
    List<Double> grid = choices.deadlines();
    Map<Double, Map<String, ExitWay>> chosen = new LinkedHashMap<>();
    for (int at : lab.quick() ? DEADLINES.subList(1, 2) : DEADLINES) {
      Map<String, ExitWay> ways = choices.at(grid.get(at) / MARGIN);
      ways.keySet().retainAll(List.of(ExitSchemes.OURS, ExitSchemes.NO_EXITS, ExitSchemes.EDDI));
      chosen.put(grid.get(at), ways);
    }
    List<Entry> entries =
        chosen.entrySet().stream()
            .flatMap(
                one -> one.getValue().values().stream().map(way -> Entry.of(way, one.getKey())))
            .distinct()
            .toList();
    Map<Entry, List<Answer>> answers = measure(link, entries);
    List<List<String>> rows = new ArrayList<>();
    EddiRow.Place place = new EddiRow.Place(subject.name(), link.name(), 1);
    chosen.forEach(
        (deadline, ways) ->
            ways.forEach(
                (scheme, way) ->
                    rows.add(
                        row(
                                place,
                                deadline,
                                scheme,
                                way,
                                answers.getOrDefault(Entry.of(way, deadline), List.of()))
                            .cells())));
    return rows;
  }

  private static EddiRow row(
      EddiRow.Place place, double deadlineMs, String scheme, ExitWay way, List<Answer> answers) {
    List<Double> times = answers.stream().map(Answer::ms).toList();
    double n = answers.size();
    return new EddiRow(
        EddiExperiment.DEADLINES,
        place,
        deadlineMs,
        scheme,
        way.what(),
        EddiRow.MEASURED,
        new EddiRow.Times(
            times.stream().mapToDouble(ms -> ms).average().orElse(Double.NaN),
            Figure.p95(times),
            Double.NaN),
        new EddiRow.Quality(
            answers.stream().filter(one -> one.ms() <= deadlineMs).count() / n,
            answers.stream().filter(Answer::right).count() / n,
            answers.stream().filter(one -> one.right() && one.ms() <= deadlineMs).count() / n),
        answers.size());
  }

  private Map<Entry, List<Answer>> measure(Network.LinkSpec link, List<Entry> entries) {
    List<Wire.Stop> stops =
        List.of(
            new Wire.Stop("device", world.slowdown(), Optional.empty()),
            new Wire.Stop("edge", 1, Optional.of(Wire.UNHINDERED)));
    try (Engine engine = new Engine(EngineOptions.DEFAULT);
        Wire wire = Wire.start(stops, lab.scratch());
        ClassifiedPictures pictures = source.test(lab, subject.declared().classes(), 2)) {
      Rehearsal.run(Duration.ofSeconds(lab.pick(2, 4)));
      Map<Entry, Ready> ready = new LinkedHashMap<>();
      for (Entry entry : entries) {
        ready.put(entry, ready(engine, wire, pictures, entry.way()));
      }
      // Models and plans have arrived; from here on the link is that of the experiment.
      wire.link("edge").shape(EmulatedLink.shape(link));
      run(engine, pictures, ready);
      Map<Entry, List<Answer>> answers = new LinkedHashMap<>();
      ready.forEach((entry, one) -> answers.put(entry, one.answers()));
      return answers;
    }
  }

  private Ready ready(Engine engine, Wire wire, ClassifiedPictures pictures, ExitWay way) {
    Map<String, TensorData> input = ExitSubject.input(engine, subject.model(), pictures, 0);
    List<EarlyExits.Exit> exits = subject.declared().exits();
    if (way.depth() < 0) {
      Partition marked = withExits(way);
      Deployment deployment =
          Deployment.of(
              subject.kernels(), engine.facts(subject.model(), input), EddiWorld.TIERS, marked);
      return new Ready(wire.device().prepare(deployment), "", new ArrayList<>());
    }
    String output = exits.get(way.depth()).output();
    OnnxModel shorter = upTo(engine, way.depth(), input);
    KernelGraph kernels = engine.kernels(shorter);
    Map<String, String> where = new LinkedHashMap<>();
    for (Kernel kernel : kernels.kernels()) {
      where.put(
          kernel.name(),
          Optional.ofNullable(way.partition().assignment().get(kernel.name()))
              .orElseThrow(
                  () -> new IllegalStateException("kernel " + kernel.name() + " is another")));
    }
    Partition same =
        new Partition(
            1,
            way.partition().times(),
            where,
            way.partition().codecs(),
            Optional.empty(),
            List.of());
    Deployment deployment =
        Deployment.of(kernels, engine.facts(shorter, input), EddiWorld.TIERS, same);
    return new Ready(wire.device().prepare(deployment), output, new ArrayList<>());
  }

  private Partition withExits(ExitWay way) {
    Partition plain = way.partition();
    Partition.ExitChoice choice =
        new Partition.ExitChoice(
            subject.declared().names(), "probability", way.thresholds(), 0, 0, 0);
    return new Partition(
        1, plain.times(), plain.assignment(), plain.codecs(), Optional.of(choice), List.of());
  }

  /** The model without what an exit does not need. */
  private OnnxModel upTo(Engine engine, int exit, Map<String, TensorData> input) {
    boolean[] needed = subject.declared().needed(subject.kernels(), exit);
    List<Integer> members = new ArrayList<>();
    for (int kernel = 0; kernel < needed.length; kernel++) {
      if (needed[kernel]) {
        members.add(kernel);
      }
    }
    String output = subject.declared().exits().get(exit).output();
    Splitter splitter = new Splitter(subject.model(), subject.kernels());
    Segment all = splitter.segment(members);
    Segment one = new Segment(0, 0, members, all.inputs(), List.of(output));
    var proto = splitter.extract(one, engine.facts(subject.model(), input), Map.of());
    // By way of a file: a model's name on tiers comes from there.
    Path file = lab.scratch().resolve("%s-%d.onnx".formatted(subject.name(), exit));
    OnnxModel.of(proto, subject.model().folder()).write(file);
    return OnnxModel.read(file);
  }

  private void run(Engine engine, ClassifiedPictures pictures, Map<Entry, Ready> ready) {
    List<EarlyExits.Exit> exits = subject.declared().exits();
    Classifier classifier =
        Classifier.of(engine, subject.model(), Optional.of(exits.get(exits.size() - 1).output()));
    List<Entry> order = new ArrayList<>(ready.keySet());
    Random random = new Random(lab.seed());
    int count = Math.min(lab.pick(15, 100), pictures.size());
    for (int picture = -1; picture < count; picture++) {
      Collections.shuffle(order, random);
      int sample = Math.max(0, picture);
      Inputs inputs = inputs(classifier, pictures, sample);
      for (Entry entry : order) {
        Ready one = Optional.ofNullable(ready.get(entry)).orElseThrow();
        LockSupport.parkNanos(PAUSE.toNanos());
        Execution done =
            entry.limit().isPresent()
                ? one.plan().submit(inputs, entry.limit().get()).join()
                : one.plan().execute(inputs);
        String output = one.output().isEmpty() ? output(done) : one.output();
        TensorData said = Optional.ofNullable(done.outputs().get(output)).orElseThrow();
        // The first round finds cold caches and does not count.
        if (picture >= 0) {
          one.answers().add(new Answer(done.totalMs(), said.argmax() == pictures.labelOf(sample)));
        }
        done.release();
      }
    }
  }

  /** The picture with the file that it came as, which a plan may send instead. */
  private static Inputs inputs(Classifier classifier, ClassifiedPictures pictures, int sample) {
    Map<String, TensorData> tensors = classifier.input(pictures.image(sample).orElseThrow());
    Map<String, ByteBuffer> files = new LinkedHashMap<>();
    pictures
        .file(sample)
        .ifPresent(
            file -> tensors.keySet().forEach(name -> files.put(name, ByteBuffer.wrap(file))));
    return new Inputs(tensors, files);
  }

  private String output(Execution done) {
    String exit = done.exit().orElseThrow();
    return subject.declared().exits().stream()
        .filter(one -> one.name().equals(exit))
        .findFirst()
        .orElseThrow()
        .output();
  }
}
