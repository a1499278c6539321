package org.scalpel.learn;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.scalpel.cost.Profile;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.TensorFact;
import org.scalpel.nn.Mlp;

/**
 * Predicts what kernels take on a platform that need not have run them.
 *
 * <pre>
 *   ln t(kernel) = mean over the ensemble of
 *                  ln roofline(kernel) + a(type) · network(features) + b(type) · trees(features)
 *   spread²      = variance over the ensemble + what members were off, by type, on architectures
 *                  that they had not seen
 * </pre>
 *
 * A type that the platform's data did not hold is predicted by the roofline alone, with a wide
 * spread. A time is the exponential of something, so none is ever negative.
 *
 * <p>A predictor may know several platforms; their times come from one network body. One that was
 * fitted to a new platform with few measurements ({@link Onboarding}) knows that one only.
 */
public final class Predictor {
  /** The version of the file format. */
  public static final int SCHEMA = 1;

  private static final int PART = 100;

  private final Origin origin;
  private final Encoder encoder;
  private final List<Member> members;
  private final List<Target> targets;
  private final Optional<Adaptation> adaptation;

  /**
   * What a predictor was made from.
   *
   * @param kernels how many different ones
   * @param architectures of which so many
   */
  public record Origin(int kernels, int architectures, long seed) {}

  Predictor(
      Origin origin,
      Encoder encoder,
      List<Member> members,
      List<Target> targets,
      Optional<Adaptation> adaptation) {
    this.origin = origin;
    this.encoder = encoder;
    this.members = List.copyOf(members);
    this.targets = List.copyOf(targets);
    this.adaptation = adaptation;
    if (members.isEmpty() || targets.isEmpty()) {
      throw new LearnException(
          members.size() + " networks for " + targets.size() + " platforms; expected some of each");
    }
    for (Member one : this.members) {
      Mlp member = one.network();
      if (member.inputs() != encoder.size() || member.outputs() != targets.size()) {
        throw new LearnException(
            "a network from %d to %d numbers; expected %d to %d, one for each platform"
                .formatted(member.inputs(), member.outputs(), encoder.size(), targets.size()));
      }
    }
    adaptation.ifPresent(a -> a.require(this.members, targets.size()));
  }

  /**
   * Trains a predictor; with several data sets one that knows several platforms.
   *
   * @throws LearnException there is too little to learn from, or two platforms have one name
   */
  public static Predictor train(List<Dataset> data, TrainOptions options) {
    if (data.stream().map(d -> d.platform().name()).distinct().count() < data.size()) {
      throw new LearnException(
          "platforms %s; expected different names, one data set for each"
              .formatted(data.stream().map(d -> d.platform().name()).toList()));
    }
    return new PredictorTraining(data, options).train();
  }

  /**
   * Reads a file.
   *
   * @throws LearnException it is malformed: the place in it, what was expected
   */
  public static Predictor read(Path file) {
    return PredictorFiles.read(file);
  }

  /** Writes a file, beside and then renamed; compressed where its name ends in {@code .gz}. */
  public void write(Path file) {
    PredictorFiles.write(this, file);
  }

  /** What it was made from. */
  public Origin origin() {
    return origin;
  }

  /** The platforms whose times it predicts; at least one. */
  public List<Platform> platforms() {
    return adaptation
        .map(a -> List.of(a.target().platform()))
        .orElseGet(() -> targets.stream().map(Target::platform).toList());
  }

  /**
   * The predictions of one platform.
   *
   * @throws LearnException it does not know the platform; an empty name stands for the only one
   */
  public PlatformPredictor on(String platform) {
    List<String> names = platforms().stream().map(Platform::name).toList();
    int index = platform.isEmpty() && names.size() == 1 ? 0 : names.indexOf(platform);
    if (index < 0) {
      throw new LearnException(
          (platform.isEmpty() ? "several platforms" : "no platform '" + platform + "'")
              + ": expected one of "
              + String.join(", ", names));
    }
    return new PlatformPredictor(index);
  }

  Encoder encoder() {
    return encoder;
  }

  List<Member> members() {
    return members;
  }

  List<Target> targets() {
    return targets;
  }

  Optional<Adaptation> adaptation() {
    return adaptation;
  }

  /** Logarithms of times: [member][kernel][trained platform]. */
  double[][][] logs(List<KernelFeatures> kernels, float[][] encoded) {
    int[] all = IntStream.range(0, targets.size()).toArray();
    return logs(kernels, encoded, all);
  }

  /** Of some of the trained platforms: what nobody asks for is not computed. */
  private double[][][] logs(List<KernelFeatures> kernels, float[][] encoded, int[] chosen) {
    double[][] base = new double[kernels.size()][chosen.length];
    for (int k = 0; k < base.length; k++) {
      for (int t = 0; t < chosen.length; t++) {
        base[k][t] = Math.log(targets.get(chosen[t]).roofline().ms(kernels.get(k)));
      }
    }
    double[][][] logs = new double[members.size()][kernels.size()][chosen.length];
    // Every member in some parts: five members alone would leave one of two cores without work.
    int parts = 1 + kernels.size() / PART;
    IntStream.range(0, logs.length * parts)
        .parallel()
        .forEach(
            task -> {
              int from = task % parts * base.length / parts;
              int to = (task % parts + 1) * base.length / parts;
              float[][] some = Arrays.copyOfRange(encoded, from, to);
              Member member = members.get(task / parts);
              float[][] networks = member.network().predict(some);
              for (int t = 0; t < chosen.length; t++) {
                int platform = chosen[t];
                double[] trees = member.trees().get(platform).answers(some);
                for (int k = from; k < to; k++) {
                  KernelType type = kernels.get(k).type();
                  double smooth = networks[k - from][platform];
                  logs[task / parts][k][t] =
                      targets.get(platform).log(type, base[k][t], smooth, trees[k - from]);
                }
              }
            });
    return logs;
  }

  /** One platform of a predictor. */
  public final class PlatformPredictor {
    private final int index;

    private PlatformPredictor(int index) {
      this.index = index;
    }

    /** Which one. */
    public Platform platform() {
      return target().platform();
    }

    /** What a segment costs beside its kernels. */
    public Overheads overheads() {
      return target().overheads();
    }

    private Target target() {
      return adaptation.map(Adaptation::target).orElseGet(() -> targets.get(index));
    }

    /** Whether the platform's data held enough kernels of this type. */
    public boolean learned(KernelType type) {
      return target().learned(type);
    }

    /** The types of which its data held enough kernels. */
    public Set<KernelType> learned() {
      return target().learned().keySet();
    }

    /**
     * How far off times typically are, as a share: the mean over the types of what was off on
     * architectures that were kept apart.
     */
    public double spread() {
      return target().learned().values().stream()
          .mapToDouble(Target.Learned::spread)
          .average()
          .orElse(0);
    }

    /** What each kernel takes; equal kernels are computed once. */
    public List<Prediction> predict(List<KernelFeatures> kernels) {
      Map<KernelFeatures, Integer> distinct = new LinkedHashMap<>();
      kernels.forEach(kernel -> distinct.putIfAbsent(kernel, distinct.size()));
      List<KernelFeatures> once = List.copyOf(distinct.keySet());
      List<Prediction> predictions = of(once);
      List<Prediction> all = new ArrayList<>();
      kernels.forEach(kernel -> all.add(predictions.get(distinct.getOrDefault(kernel, 0))));
      return List.copyOf(all);
    }

    private List<Prediction> of(List<KernelFeatures> kernels) {
      float[][] encoded = encoder.encode(kernels);
      double[][] logs = new double[members.size()][kernels.size()];
      if (adaptation.isPresent()) {
        double[][][] trained = logs(kernels, encoded);
        for (int m = 0; m < logs.length; m++) {
          float[][] hidden = members.get(m).hidden(encoded);
          logs[m] = adaptation.get().logs(m, kernels, trained[m], hidden);
        }
      } else {
        double[][][] trained = logs(kernels, encoded, new int[] {index});
        for (int m = 0; m < logs.length; m++) {
          logs[m] = Arrays.stream(trained[m]).mapToDouble(of -> of[0]).toArray();
        }
      }
      List<Prediction> predictions = new ArrayList<>();
      for (int k = 0; k < kernels.size(); k++) {
        predictions.add(prediction(logs, k, target().spread(kernels.get(k).type())));
      }
      return predictions;
    }

    private Prediction prediction(double[][] logs, int kernel, double typical) {
      double sum = 0;
      double square = 0;
      for (double[] member : logs) {
        sum += member[kernel];
        square += member[kernel] * member[kernel];
      }
      double log = sum / logs.length;
      double variance = Math.max(0, square / logs.length - log * log) + typical * typical;
      double ms = Math.max(Roofline.LEAST_MS, Math.exp(Math.min(log, 40)));
      // Of a log-normal time about that median.
      return new Prediction(ms, ms * Math.sqrt(Math.expm1(Math.min(variance, 4))));
    }

    /**
     * A profile of a model that was not measured.
     *
     * @param facts type and shape of every tensor between layers
     * @param z kernels take their mean and so many spreads
     */
    public Profile profile(KernelGraph kernels, Map<String, TensorFact> facts, double z) {
      return PredictedProfile.of(this, kernels, facts, z);
    }
  }
}
