package org.scalpel.cost;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.scalpel.codec.TensorCodec;
import org.scalpel.codec.TensorLayout;
import org.scalpel.cost.Profile.CodecTime;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineException;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelGraph.KernelTensor;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/**
 * Measures the codecs of the tensors between kernels on the values that a representative input
 * gives them: bytes, times on this machine, and what the model's outputs lose when that tensor
 * alone is rounded. Smaller tensors, where a cut costs less, come first; how many of them fit into
 * the budget depends on sizes only, so that every machine measures the same ones.
 */
final class TensorCodecTimer {
  /** Bytes of tensors for every second of the budget. */
  private static final double BYTES_PER_SECOND = 2.4e6;

  private static final long MOST_BYTES = 64L << 20;

  /** Below that a message's own cost is all there is. */
  private static final long LEAST_BYTES = 512;

  /** One that saves less is not worth an entry. */
  private static final double WORTH = 0.95;

  private static final double LOSS_SHARE = 0.2;
  private static final double WARM_UP_SHARE = 0.005;
  private static final int MOST_RUNS = 7;
  private static final long BYTES_OF_RUNS = 1 << 20;
  private static final double MS_PER_NS = 1e-6;

  private final Engine engine;
  private final KernelGraph kernels;
  private final Map<String, TensorFact> facts;
  private final Map<String, TensorData> inputs;
  private final List<Map<String, TensorData>> calibration;
  private final long budgetNs;
  private long probedNs;

  TensorCodecTimer(
      Engine engine,
      KernelGraph kernels,
      Map<String, TensorFact> facts,
      Map<String, TensorData> inputs,
      ProfileOptions options) {
    this.engine = engine;
    this.kernels = kernels;
    this.facts = facts;
    this.inputs = inputs;
    this.calibration = options.calibration();
    this.budgetNs = options.budget().toNanos();
  }

  List<CodecTime> measure() {
    List<KernelTensor> chosen = chosen();
    if (chosen.isEmpty()) {
      return List.of();
    }
    List<CodecTime> times = new ArrayList<>();
    try (LossProbe probe = LossProbe.open(engine, kernels, chosen, facts)) {
      Map<String, TensorData> values = new HashMap<>(inputs);
      values.putAll(probe.values(inputs));
      warmUp(values, chosen);
      for (KernelTensor tensor : chosen) {
        TensorData value = values.get(tensor.name());
        if (value != null && value.fact().equals(facts.get(tensor.name()))) {
          times.addAll(measure(tensor, value, probe));
        }
      }
      for (Map<String, TensorData> other : calibration) {
        times = worse(times, probe, other);
      }
      return times;
    } catch (EngineException e) {
      // The runtime does not take the model with its inside turned out: plans do without codecs.
      return List.of();
    }
  }

  /** The same with the loss on another input where that is larger. */
  private List<CodecTime> worse(
      List<CodecTime> times, LossProbe probe, Map<String, TensorData> other) {
    Map<String, TensorData> values = new HashMap<>(other);
    values.putAll(probe.values(other));
    Map<String, Double> known = new HashMap<>();
    List<CodecTime> worse = new ArrayList<>();
    for (CodecTime time : times) {
      TensorData value = values.get(time.tensor());
      Optional<TensorCodec> rounded = TensorCodec.named(time.codec()).flatMap(c -> c.rounded());
      Optional<KernelTensor> tensor =
          kernels.tensors().stream().filter(t -> t.name().equals(time.tensor())).findFirst();
      if (rounded.isEmpty() || tensor.isEmpty() || value == null) {
        worse.add(time);
        continue;
      }
      double loss =
          known.computeIfAbsent(
              time.tensor() + " " + rounded.get(),
              key ->
                  probe
                      .loss(tensor.get(), value, rounded(rounded.get(), value))
                      .orElse(Double.POSITIVE_INFINITY));
      // What breaks the outputs on any input is not offered at all.
      if (Double.isFinite(loss)) {
        worse.add(time.withLoss(Math.max(time.loss(), loss)));
      }
    }
    return worse;
  }

  /** What may cross a link and is not answered as well: answers travel as they are. */
  private List<KernelTensor> chosen() {
    List<KernelTensor> candidates = new ArrayList<>();
    for (KernelTensor tensor : kernels.tensors()) {
      TensorFact fact = facts.get(tensor.name());
      if (fact != null
          && !tensor.output()
          && !tensor.consumers().isEmpty()
          && Layouts.has(fact)
          && fact.bytes() >= LEAST_BYTES) {
        candidates.add(tensor);
      }
    }
    candidates.sort(
        Comparator.comparingLong((KernelTensor t) -> bytes(t)).thenComparing(KernelTensor::name));
    double left = Math.min(MOST_BYTES, BYTES_PER_SECOND * budgetNs * 1e-9);
    List<KernelTensor> chosen = new ArrayList<>();
    for (KernelTensor tensor : candidates) {
      left -= bytes(tensor);
      if (left < 0) {
        break;
      }
      chosen.add(tensor);
    }
    return chosen;
  }

  private long bytes(KernelTensor tensor) {
    TensorFact fact = facts.get(tensor.name());
    return fact == null ? 0 : fact.bytes();
  }

  /** So that the first tensor is not measured in interpreted code. */
  private void warmUp(Map<String, TensorData> values, List<KernelTensor> chosen) {
    TensorData value = values.get(chosen.get(chosen.size() / 2).name());
    if (value == null) {
      return;
    }
    TensorLayout layout = Layouts.of(value.fact());
    for (TensorCodec codec : TensorCodec.values()) {
      if (codec.takes(layout)) {
        long until = System.nanoTime() + (long) (WARM_UP_SHARE * budgetNs);
        do {
          codec.decode(codec.encode(value.data(), layout), layout);
        } while (System.nanoTime() < until);
      }
    }
  }

  private List<CodecTime> measure(KernelTensor tensor, TensorData value, LossProbe probe) {
    boolean mayLose = probedNs < LOSS_SHARE * budgetNs;
    TensorLayout layout = Layouts.of(value.fact());
    Map<TensorCodec, OptionalDouble> losses = new HashMap<>();
    List<CodecTime> times = new ArrayList<>();
    for (TensorCodec codec : TensorCodec.values()) {
      if (!codec.takes(layout) || (!codec.lossless() && !mayLose)) {
        continue;
      }
      ByteBuffer coded = codec.encode(value.data(), layout);
      if (coded.remaining() > WORTH * layout.bytes()) {
        continue;
      }
      OptionalDouble loss =
          codec
              .rounded()
              .map(plain -> losses.computeIfAbsent(plain, c -> loss(probe, tensor, value, c)))
              .orElse(OptionalDouble.of(0));
      if (loss.isPresent()) {
        times.add(
            new CodecTime(
                tensor.name(),
                codec.text(),
                coded.remaining(),
                time(() -> codec.encode(value.data(), layout), layout),
                time(() -> codec.decode(coded, layout), layout),
                loss.getAsDouble()));
      }
    }
    return times;
  }

  private OptionalDouble loss(
      LossProbe probe, KernelTensor tensor, TensorData value, TensorCodec codec) {
    long start = System.nanoTime();
    OptionalDouble loss = probe.loss(tensor, value, rounded(codec, value));
    probedNs += System.nanoTime() - start;
    return loss;
  }

  private static TensorData rounded(TensorCodec codec, TensorData value) {
    TensorLayout layout = Layouts.of(value.fact());
    return new TensorData(value.fact(), codec.decode(codec.encode(value.data(), layout), layout));
  }

  private static Stat time(Runnable action, TensorLayout layout) {
    int count = (int) Math.max(1, Math.min(MOST_RUNS, BYTES_OF_RUNS / layout.bytes()));
    List<Double> runs = new ArrayList<>();
    for (int i = -1; i < count; i++) {
      long start = System.nanoTime();
      action.run();
      if (i >= 0) {
        runs.add((System.nanoTime() - start) * MS_PER_NS);
      }
    }
    return Stat.of(runs);
  }
}
