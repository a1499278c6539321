package org.scalpel.cost;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.LayerGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorFact;

/**
 * What one model costs on one machine: schema 1.
 *
 * @param subject the model and its kernels
 * @param environment the machine and its runtime
 * @param measured every figure as measured
 * @param fit what predictions of a busy machine are made of: runs back to back
 * @param rested the same of one that was idle before every run; profiles of old have none
 * @param slowdown by which every time is multiplied: 1 for the machine itself, more for one that is
 *     declared so much slower
 */
public record Profile(
    Subject subject,
    Environment environment,
    Measured measured,
    Fit fit,
    Optional<Rested> rested,
    double slowdown) {
  /** The version of the file format. */
  public static final int SCHEMA = 1;

  /**
   * The model that was measured.
   *
   * @param kernels for each the names of its layers, as {@link KernelGraph#groups()}
   * @param facts type and shape of every tensor between kernels
   */
  public record Subject(
      String model,
      String sha256,
      String kernelsDigest,
      List<List<String>> kernels,
      Map<String, TensorFact> facts) {
    /** Copies. */
    public Subject {
      kernels = kernels.stream().map(List::copyOf).toList();
      facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }
  }

  /**
   * Where it was measured.
   *
   * @param machine processor, architecture and operating system, for people
   * @param runtime name and version
   * @param level the runtime's optimisation level, for example {@code all}
   */
  public record Environment(String machine, int cores, String runtime, String level, int threads) {}

  /**
   * The measurements.
   *
   * @param kernels inside the whole session, in the order of the kernels
   * @param wholeMs a whole run, from Java to Java
   * @param codecs that inputs and tensors between kernels may travel in
   */
  public record Measured(List<Stat> kernels, Stat wholeMs, List<CodecTime> codecs) {
    /** Copies. */
    public Measured {
      kernels = List.copyOf(kernels);
      codecs = List.copyOf(codecs);
    }
  }

  /**
   * A codec of one tensor.
   *
   * @param tensor an input of the model, or a tensor between kernels
   * @param codec {@link #PNG}, {@link #JPEG} or {@link #FILE} of a picture input, or the name of a
   *     {@link org.scalpel.codec.TensorCodec}
   * @param bytes encoded
   * @param loss the largest change of an output of the model that it caused when nothing else was
   *     encoded, relative to the output's largest value; 0 for one that gives back every bit
   */
  public record CodecTime(
      String tensor, String codec, long bytes, Stat encodeMs, Stat decodeMs, double loss) {
    /** The pixels as PNG: nothing is lost. */
    public static final String PNG = "png";

    /** The pixels as JPEG. */
    public static final String JPEG = "jpeg";

    /** The picture file as it came: nothing is encoded, nothing is lost. */
    public static final String FILE = "file";

    /** The same with another loss. */
    CodecTime withLoss(double other) {
      return new CodecTime(tensor, codec, bytes, encodeMs, decodeMs, other);
    }

    /** Checks the loss. */
    public CodecTime {
      Figures.nonNegative("loss", loss);
    }
  }

  /**
   * The additive model: a segment takes {@code sessionMs}, its kernels' times, and for every tensor
   * that enters or leaves it that tensor's time.
   *
   * @param kernelMs in the order of the kernels, corrected so that segments match
   * @param boundaries by tensor name
   * @param sessionMs once per segment
   * @param residual how far predictions are off on cuts that took no part in the fit
   */
  public record Fit(
      List<Double> kernelMs,
      Map<String, Boundary> boundaries,
      double sessionMs,
      Residual residual) {
    /** Copies and checks. */
    public Fit {
      kernelMs = List.copyOf(kernelMs);
      boundaries = Collections.unmodifiableMap(new LinkedHashMap<>(boundaries));
      kernelMs.forEach(ms -> Figures.nonNegative("kernel_ms", ms));
      Figures.nonNegative("session_ms", sessionMs);
    }
  }

  /**
   * Runs that each come after a pause, as single requests do: other programs, on this machine or on
   * others that share its caches, have used them meanwhile.
   *
   * @param pauseMs the idle time before every run, in ms
   * @param wholeMs a whole run
   */
  public record Rested(double pauseMs, Stat wholeMs, Fit fit) {
    /** Checks. */
    public Rested {
      Figures.positive("pause_ms", pauseMs);
    }
  }

  /** What a cut at a tensor costs the segment that reads it and the one that makes it, in ms. */
  public record Boundary(double enterMs, double leaveMs) {
    /** Checks. */
    public Boundary {
      Figures.nonNegative("enter_ms", enterMs);
      Figures.nonNegative("leave_ms", leaveMs);
    }
  }

  /**
   * Relative error of the predicted compute time of held-out cuts.
   *
   * @param cuts how many were held out; 0 where the model is too small to hold any out
   */
  public record Residual(double median, double p95, int cuts) {}

  /** Checks that the parts fit together. */
  public Profile {
    Figures.positive("slowdown", slowdown);
    check(subject, measured.kernels().size(), fit);
    rested.ifPresent(r -> check(subject, measured.kernels().size(), r.fit()));
  }

  /** A profile without rested runs: light load is predicted like a busy machine. */
  public Profile(
      Subject subject, Environment environment, Measured measured, Fit fit, double slowdown) {
    this(subject, environment, measured, fit, Optional.empty(), slowdown);
  }

  private static void check(Subject subject, int measured, Fit fit) {
    int kernels = subject.kernels().size();
    if (measured != kernels || fit.kernelMs().size() != kernels) {
      throw new ProfileException(
          "profile of "
              + subject.model()
              + ": times of "
              + measured
              + " kernels measured and "
              + fit.kernelMs().size()
              + " fitted; expected "
              + kernels);
    }
    for (String tensor : fit.boundaries().keySet()) {
      if (!subject.facts().containsKey(tensor)) {
        throw new ProfileException(
            "profile of " + subject.model() + ": tensor '" + tensor + "' has no type and shape");
      }
    }
  }

  /**
   * Reads a profile: YAML where the name ends in {@code .yaml} or {@code .yml}, else JSON.
   *
   * @throws ProfileException the file, the place in it, what was expected
   */
  public static Profile read(Path file) {
    return ProfileFiles.read(file);
  }

  /** Reads a profile from JSON text. */
  public static Profile ofJson(String text, String label) {
    return ProfileFiles.parse(text, label);
  }

  /** Writes a profile, beside and then renamed; the format follows the name as in {@link #read}. */
  public void write(Path file) {
    ProfileFiles.write(this, file);
  }

  /** The profile as JSON text. */
  public String toJson() {
    return ProfileFiles.text(this);
  }

  /** The same machine declared {@code factor} times as slow as it really is. */
  public Profile withSlowdown(double factor) {
    return new Profile(subject, environment, measured, fit, rested, factor);
  }

  /** The same under the name that the model has here; the machine may know it by another. */
  public Profile named(String model) {
    Subject renamed =
        new Subject(
            model, subject.sha256(), subject.kernelsDigest(), subject.kernels(), subject.facts());
    return new Profile(renamed, environment, measured, fit, rested, slowdown);
  }

  /**
   * This profile as it predicts under that load: under {@link Load#LIGHT} the rested runs take the
   * place of those back to back, where there are any.
   */
  public Profile under(Load load) {
    if (load == Load.BUSY || rested.isEmpty()) {
      return this;
    }
    Rested light = rested.get();
    Measured whole = new Measured(measured.kernels(), light.wholeMs(), measured.codecs());
    return new Profile(subject, environment, whole, light.fit(), rested, slowdown);
  }

  /** The predicted time of a kernel inside a segment, slowed down as declared, in ms. */
  public double kernelMs(int kernel) {
    return fit.kernelMs().get(kernel) * slowdown;
  }

  /** What it costs to enter a segment with this tensor, slowed down as declared, in ms. */
  public double enterMs(String tensor) {
    return boundary(tensor).enterMs() * slowdown;
  }

  /** What it costs to leave a segment with this tensor, slowed down as declared, in ms. */
  public double leaveMs(String tensor) {
    return boundary(tensor).leaveMs() * slowdown;
  }

  /** What every segment costs beside its kernels, slowed down as declared, in ms. */
  public double sessionMs() {
    return fit.sessionMs() * slowdown;
  }

  private Boundary boundary(String tensor) {
    Boundary boundary = fit.boundaries().get(tensor);
    if (boundary == null) {
      throw new ProfileException(
          "profile of " + subject.model() + ": nothing is known of tensor '" + tensor + "'");
    }
    return boundary;
  }

  /**
   * The kernels of this profile, after a check that it belongs to the model.
   *
   * @throws ProfileException it is the profile of another model or of other kernels
   */
  public KernelGraph kernels(OnnxModel model) {
    requireModel(model);
    KernelGraph kernels = KernelGraph.ofGroups(LayerGraph.of(model), subject.kernels());
    require(kernels);
    return kernels;
  }

  /** Refuses kernels, or a model, that are not the measured ones. */
  public void require(KernelGraph kernels) {
    requireModel(kernels.layers().model());
    if (!kernels.digest().equals(subject.kernelsDigest())) {
      throw new ProfileException(
          "profile of "
              + subject.model()
              + ": its kernels have digest "
              + subject.kernelsDigest()
              + ", the model's "
              + kernels.digest()
              + ". Maybe profile again");
    }
  }

  private void requireModel(OnnxModel model) {
    if (!model.sha256().equals(subject.sha256())) {
      throw new ProfileException(
          "profile of "
              + subject.model()
              + ": belongs to the model with SHA-256 "
              + subject.sha256()
              + "; "
              + model.label()
              + " has "
              + model.sha256());
    }
  }
}
