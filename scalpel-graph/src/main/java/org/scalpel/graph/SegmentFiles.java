package org.scalpel.graph;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.scalpel.onnx.ModelProto;
import org.scalpel.onnx.ValueInfoProto;

/**
 * Writes the segments of a plan as files with a {@link Manifest}: a plain folder ({@code
 * 0-device.onnx}, {@code 1-edge.onnx}, …) or a model repository that Triton and KServe serve.
 *
 * <p>A folder appears whole or not at all: it is written beside and renamed. A folder that holds an
 * earlier split is replaced; any other that is not empty is refused. Weights in external files, and
 * all weights of a segment too large for one protobuf message, go to a data file beside the
 * segment.
 */
public final class SegmentFiles {
  private final OnnxModel model;
  private final KernelGraph kernels;
  private final Map<String, TensorFact> facts;
  private final Splitter splitter;
  private final long embedLimit;

  /** How the files are laid out. */
  public enum Layout {
    /** One file per segment beside the manifest. */
    FILES,
    /** {@code <model>.<plan>.<segment>/1/model.onnx} and {@code config.pbtxt} per segment. */
    TRITON
  }

  /**
   * What is to be written.
   *
   * @param id of the plan, also in the metadata of every segment
   * @param tiers names by tier
   * @param segments in an order in which they can run
   */
  public record Cut(String id, List<String> tiers, List<Segment> segments) {
    /** Checks that every segment has a named tier. */
    public Cut {
      tiers = List.copyOf(tiers);
      segments = List.copyOf(segments);
      for (Segment segment : segments) {
        if (segment.tier() < 0 || segment.tier() >= tiers.size()) {
          throw new ModelException(
              "segment "
                  + segment.index()
                  + " is on tier "
                  + segment.tier()
                  + " of "
                  + tiers.size());
        }
      }
    }
  }

  /** A writer for one model; facts as in {@link Splitter#extract}. */
  public SegmentFiles(KernelGraph kernels, Map<String, TensorFact> facts) {
    this(kernels, facts, WeightFile.EMBED_LIMIT);
  }

  SegmentFiles(KernelGraph kernels, Map<String, TensorFact> facts, long embedLimit) {
    this.model = kernels.layers().model();
    this.kernels = kernels;
    this.facts = Map.copyOf(facts);
    this.splitter = new Splitter(model, kernels);
    this.embedLimit = embedLimit;
  }

  /**
   * Writes all segments and the manifest.
   *
   * @param folder is made, together with its parents
   * @return what the manifest says
   */
  public Manifest write(Cut cut, Path folder, Layout layout) {
    AtomicFolder target = new AtomicFolder(folder);
    try {
      Manifest manifest = writeAll(cut, target.beside(), layout);
      Files.writeString(target.beside().resolve(Manifest.FILE), manifest.toJson());
      target.commit();
      return manifest;
    } catch (IOException e) {
      throw new ModelException(folder + ": segments cannot be written: " + e, e);
    } finally {
      target.discard();
    }
  }

  /** The name under which a segment is served: {@code <model>.<plan>.<segment>}. */
  public static String servedName(String model, String plan, Segment segment) {
    return servedModel(model) + "." + safe(plan) + "." + segment.index();
  }

  /** The name of a model in those of its segments: its file's in letters, digits, '-' and '_'. */
  public static String servedModel(String label) {
    String file = label.substring(Math.max(label.lastIndexOf('/'), label.lastIndexOf('\\')) + 1);
    String plain = file.replaceFirst("\\.onnx$", "").replaceAll("[^A-Za-z0-9_-]", "_");
    return plain.isEmpty() ? "model" : plain.substring(0, Math.min(64, plain.length()));
  }

  private Manifest writeAll(Cut cut, Path root, Layout layout) throws IOException {
    List<Manifest.Part> parts = new ArrayList<>();
    Map<String, Manifest.Boundary> tensors = new LinkedHashMap<>();
    for (Segment segment : cut.segments()) {
      ModelProto proto = splitter.extract(segment, facts, Map.of("scalpel_plan", cut.id()));
      String tier = cut.tiers().get(segment.tier());
      String file =
          switch (layout) {
            case FILES -> segment.index() + "-" + safe(tier) + ".onnx";
            case TRITON -> tritonFolder(cut, segment) + "/1/model.onnx";
          };
      Path target = root.resolve(file);
      Files.createDirectories(target.toAbsolutePath().getParent());
      WeightFile.write(proto, model, target, embedLimit);
      proto.getGraph().getInputList().forEach(v -> addBoundary(v, tensors));
      proto.getGraph().getOutputList().forEach(v -> addBoundary(v, tensors));
      if (layout == Layout.TRITON) {
        String name = tritonFolder(cut, segment);
        Files.writeString(
            root.resolve(name).resolve("config.pbtxt"), TritonConfig.of(name, segment, tensors));
      }
      parts.add(new Manifest.Part(file, tier, segment.inputs(), segment.outputs()));
    }
    return new Manifest(
        1,
        model.sha256(),
        kernels.digest(),
        parts,
        List.copyOf(tensors.values()),
        model.outputs().stream().map(OnnxModel.Value::name).toList());
  }

  private String tritonFolder(Cut cut, Segment segment) {
    return servedName(model.label(), cut.id(), segment);
  }

  private void addBoundary(ValueInfoProto info, Map<String, Manifest.Boundary> tensors) {
    TensorFact fact = facts.get(info.getName());
    if (fact == null) {
      if (!info.getType().hasTensorType()) {
        throw new ModelException(
            model.label()
                + ": the type of tensor '"
                + info.getName()
                + "' is unknown. Maybe give the facts of a run");
      }
      fact = ValueTypes.fact(info.getType().getTensorType());
    }
    tensors.putIfAbsent(
        info.getName(),
        new Manifest.Boundary(info.getName(), fact.type().contractName(), fact.shape()));
  }

  /** File names hold letters, digits, dot, dash and underscore, and begin with none of the dots. */
  private static String safe(String name) {
    String safe = name.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^\\.+", "_");
    return safe.isEmpty() ? "_" : safe;
  }
}
