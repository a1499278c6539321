package org.scalpel.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.scalpel.app.UserException;
import org.scalpel.cost.Profile;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.cost.Profiler;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.SampleInputs;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;

/**
 * A pretrained model that experiments use, with seeded inputs. Some arrive as Maven packages and
 * are always there; more are read from the folder {@code $SCALPEL_ZOO/models}, where there is one.
 *
 * @param name in tables
 * @param source a resource of the class path, or a file of the zoo
 * @param shapes of inputs with free dimensions
 */
record LabModel(String name, Source source, Map<String, List<Long>> shapes) {

  /** Where a model's file comes from. */
  sealed interface Source {}

  /** A resource on the class path. */
  record Resource(String path) implements Source {}

  /** A network that is made up, from a seed. */
  record Generated(LongFunction<OnnxModel> from) implements Source {}

  /** A file. */
  record File(Path path) implements Source {}

  private static final List<LabModel> PACKAGED =
      List.of(
          packaged("ppocr-cls", "ch_ppocr_mobile_v2.0_cls_infer", 48, 192),
          packaged("ppocr-v4-rec", "ch_PP-OCRv4_rec_infer", 48, 320),
          packaged("ppocr-v3-rec", "ch_PP-OCRv3_rec_infer", 48, 320),
          packaged("ppocr-v4-det", "ch_PP-OCRv4_det_infer", 320, 320),
          packaged("ppocr-v3-det", "ch_PP-OCRv3_det_infer", 320, 320),
          new LabModel(
              "minilm-l6-q",
              new Resource("/all-minilm-l6-v2-q.onnx"),
              Map.of(
                  "input_ids", List.of(1L, 64L),
                  "attention_mask", List.of(1L, 64L),
                  "token_type_ids", List.of(1L, 64L))));

  private static final List<String> ZOO =
      List.of(
          "mobilenetv2/mobilenet_v2_1.0_224.onnx",
          "squeezenet1.1/squeezenet1.1.onnx",
          "resnet-cifar10/resnet20_cifar10.onnx",
          "resnet-cifar10/resnet56_cifar10.onnx",
          "face-resnet29/face_resnet29.onnx",
          "yolox-nano/yolox_nano.onnx",
          "ultraface/version-RFB-320.onnx",
          "deeplabv3/deeplab_v3_1_default_1.onnx");

  private static LabModel packaged(String name, String file, long height, long width) {
    Resource resource = new Resource("/models/" + file + ".onnx");
    return new LabModel(name, resource, Map.of("x", List.of(1L, 3L, height, width)));
  }

  /** Every model at hand; those of the zoo last. */
  static List<LabModel> all() {
    List<LabModel> models = new ArrayList<>(PACKAGED);
    for (String file : ZOO) {
      Zoo.file("models/" + file)
          .ifPresent(path -> models.add(new LabModel(plain(path), new File(path), Map.of())));
    }
    return List.copyOf(models);
  }

  /** Networks of several inputs that are made up: the same in every run. */
  static List<LabModel> generated() {
    return List.of(
        new LabModel("fusion-2", new Generated(seed -> FusionModel.of(seed, 2)), Map.of()),
        new LabModel("fusion-4", new Generated(FusionModel::of), Map.of()));
  }

  /** The networks of papers on partitioning, with made-up weights: the same in every run. */
  static List<LabModel> classic() {
    return ClassicNetwork.all().stream()
        .map(net -> new LabModel(net.name(), new Generated(net::model), Map.of()))
        .toList();
  }

  /** Generated networks of several inputs or heads, pictures as bytes: the same in every run. */
  static List<LabModel> branched() {
    return List.of(
        new LabModel("cameras-4", new Generated(BranchedModels::fourCameras), Map.of()),
        new LabModel("audio-video", new Generated(BranchedModels::audioVideo), Map.of()),
        new LabModel("stereo", new Generated(BranchedModels::stereo), Map.of()),
        new LabModel("heads-4", new Generated(BranchedModels::heads), Map.of()));
  }

  /** Every model that can be asked for by name, each name once. */
  static List<LabModel> known() {
    Map<String, LabModel> known = new LinkedHashMap<>();
    for (List<LabModel> some : List.of(all(), generated(), classic(), branched())) {
      some.forEach(model -> known.putIfAbsent(model.name(), model));
    }
    return List.copyOf(known.values());
  }

  static Optional<LabModel> named(String name) {
    return known().stream().filter(model -> model.name().equals(name)).findFirst();
  }

  /** The smallest that always is at hand. */
  static LabModel small() {
    return PACKAGED.get(0);
  }

  private static String plain(Path path) {
    return String.valueOf(path.getFileName()).replaceFirst("\\.onnx$", "");
  }

  /** Reads the model; resources are copied to {@code scratch} first, models are files. */
  OnnxModel read(Path scratch) {
    if (source instanceof Generated made) {
      // By way of a file: a model's name on tiers comes from there.
      Path copy = scratch.resolve(name + ".onnx");
      made.from().apply(1).write(copy);
      return OnnxModel.read(copy);
    }
    if (source instanceof File file) {
      return OnnxModel.read(file.path());
    }
    String resource = ((Resource) source).path();
    Path copy = scratch.resolve(name + ".onnx");
    try (InputStream stream = LabModel.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new UserException("model " + name + ": resource " + resource + " is not packaged");
      }
      if (!Files.exists(copy)) {
        Files.copy(stream, copy);
      }
    } catch (IOException e) {
      throw new UserException("model " + name + " cannot be copied to " + copy, e);
    }
    return OnnxModel.read(copy);
  }

  /** What a model costs on this machine. */
  static Profile profile(OnnxModel model, Map<String, TensorData> inputs, ProfileOptions options) {
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      return new Profiler(engine)
          .profile(engine.kernels(model), inputs, options, (step, share) -> {});
    }
  }

  Map<String, TensorData> inputs(OnnxModel model, long seed) {
    return SampleInputs.of(model, seed, shapes);
  }
}
