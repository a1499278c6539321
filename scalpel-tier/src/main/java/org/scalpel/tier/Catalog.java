package org.scalpel.tier;

import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Map;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.TensorFact;
import org.scalpel.oip.DataType;
import org.scalpel.oip.LogSettingsResponse;
import org.scalpel.oip.ModelConfig;
import org.scalpel.oip.ModelInput;
import org.scalpel.oip.ModelInstanceGroup;
import org.scalpel.oip.ModelMetadataResponse;
import org.scalpel.oip.ModelMetadataResponse.TensorMetadata;
import org.scalpel.oip.ModelOutput;
import org.scalpel.oip.ModelStatisticsResponse;
import org.scalpel.oip.ModelTransactionPolicy;
import org.scalpel.oip.ModelVersionPolicy;
import org.scalpel.oip.RepositoryIndexResponse;
import org.scalpel.oip.ServerMetadataResponse;
import org.scalpel.oip.TraceSettingResponse;

/**
 * What a tier says about itself and its models, the same over gRPC and REST. Every method answers
 * at once and refuses with a {@link StatusRuntimeException}; only {@link #load} may take its time.
 */
final class Catalog {
  /** Every model has one version. */
  static final String VERSION = "1";

  static final String RELEASE =
      String.valueOf(
          java.util.Objects.requireNonNullElse(
              Catalog.class.getPackage().getImplementationVersion(), "0.1.0"));

  /** How a tier names itself to its neighbours. */
  static final String SERVER = "scalpel";

  private static final String PLATFORM = "onnxruntime_onnx";

  private static final List<String> EXTENSIONS =
      List.of(
          "binary_tensor_data",
          "model_configuration",
          "model_repository",
          "parameters",
          "statistics",
          "scalpel_control",
          "scalpel_continue",
          "scalpel_encoding");

  private final TierConfig config;
  private final Repository repository;
  private volatile boolean ready = true;

  Catalog(TierConfig config, Repository repository) {
    this.config = config;
    this.repository = repository;
  }

  /** The tier drains: it lives and takes no more. */
  void notReady() {
    ready = false;
  }

  boolean ready() {
    return ready;
  }

  boolean modelReady(String name, String version) {
    return ready && repository.signature(name).isPresent() && isVersion(version);
  }

  /** The inputs and outputs of a name that can be called. */
  Repository.Signature signature(String name, String version) {
    if (!isVersion(version)) {
      throw Refusal.unknownModel(name);
    }
    return repository
        .signature(name)
        .orElseThrow(
            () ->
                repository.model(name).isPresent()
                    ? Refusal.unloaded(name)
                    : Refusal.unknownModel(name));
  }

  ServerMetadataResponse server() {
    ServerMetadataResponse.Builder metadata =
        ServerMetadataResponse.newBuilder()
            .setName(SERVER)
            .setVersion(RELEASE)
            .addAllExtensions(EXTENSIONS)
            .addExtensions("scalpel_encodings=" + String.join(",", Encodings.NAMES));
    if (config.slowdown() > 1) {
      metadata.addExtensions("scalpel_slowdown=" + config.slowdown());
    }
    return metadata.build();
  }

  ModelMetadataResponse metadata(String name, String version) {
    Repository.Signature signature = signature(name, version);
    ModelMetadataResponse.Builder metadata =
        ModelMetadataResponse.newBuilder().setName(name).addVersions(VERSION).setPlatform(PLATFORM);
    signature.inputs().forEach((tensor, fact) -> metadata.addInputs(tensor(tensor, fact)));
    signature.outputs().forEach((tensor, fact) -> metadata.addOutputs(tensor(tensor, fact)));
    return metadata.build();
  }

  private static TensorMetadata tensor(String name, TensorFact fact) {
    return TensorMetadata.newBuilder()
        .setName(name)
        .setDatatype(fact.type().oipName())
        .addAllShape(fact.shape())
        .build();
  }

  ModelConfig config(String name, String version) {
    Repository.Signature signature = signature(name, version);
    ModelConfig.Builder model =
        ModelConfig.newBuilder()
            .setName(name)
            .setPlatform(PLATFORM)
            .setBackend("onnxruntime")
            .setVersionPolicy(
                ModelVersionPolicy.newBuilder()
                    .setLatest(ModelVersionPolicy.Latest.newBuilder().setNumVersions(1)))
            .setModelTransactionPolicy(ModelTransactionPolicy.getDefaultInstance())
            .addInstanceGroup(
                ModelInstanceGroup.newBuilder()
                    .setName(name)
                    .setCount(config.workers())
                    .setKind(ModelInstanceGroup.Kind.KIND_CPU));
    signature
        .inputs()
        .forEach(
            (tensor, fact) ->
                model.addInput(
                    ModelInput.newBuilder()
                        .setName(tensor)
                        .setDataType(dataType(fact.type()))
                        .addAllDims(fact.shape())));
    signature
        .outputs()
        .forEach(
            (tensor, fact) ->
                model.addOutput(
                    ModelOutput.newBuilder()
                        .setName(tensor)
                        .setDataType(dataType(fact.type()))
                        .addAllDims(fact.shape())));
    return model.build();
  }

  private static DataType dataType(ElementType type) {
    String wanted = "TYPE_" + (type == ElementType.STRING ? "STRING" : type.oipName());
    for (DataType known : DataType.values()) {
      if (known.name().equals(wanted)) {
        return known;
      }
    }
    return DataType.TYPE_INVALID;
  }

  /** The counts of one model, or of all when the name is empty. */
  ModelStatisticsResponse statistics(String name, String version) {
    Map<String, ModelStats> all = repository.all();
    if (!name.isEmpty() && !(all.containsKey(name) && isVersion(version))) {
      throw Refusal.unknownModel(name);
    }
    ModelStatisticsResponse.Builder answer = ModelStatisticsResponse.newBuilder();
    all.forEach(
        (model, stats) -> {
          if (name.isEmpty() || name.equals(model)) {
            answer.addModelStats(stats.of(model));
          }
        });
    return answer.build();
  }

  RepositoryIndexResponse index(boolean onlyReady) {
    RepositoryIndexResponse.Builder index = RepositoryIndexResponse.newBuilder();
    for (String name : repository.all().keySet()) {
      boolean loaded = repository.model(name).map(ServedModel::loaded).orElse(true);
      if (loaded || !onlyReady) {
        index
            .addModelsBuilder()
            .setName(name)
            .setVersion(VERSION)
            .setState(loaded ? "READY" : "UNAVAILABLE")
            .setReason(loaded ? "" : "unloaded");
      }
    }
    return index.build();
  }

  /** Serves a model again that the tier holds; opens it first where need be. */
  void load(String name, boolean withParameters) {
    if (withParameters) {
      throw Refusal.unsupported(
          "load of '"
              + name
              + "': a peer brings no files and no configuration; a tier loads what it holds");
    }
    if (repository.model(name).isEmpty() && repository.signature(name).isPresent()) {
      return;
    }
    repository.model(name).orElseThrow(() -> Refusal.unknownModel(name)).load();
  }

  /** Serves a model no more; requests that have begun are answered. */
  void unload(String name) {
    if (repository.model(name).isEmpty() && repository.signature(name).isPresent()) {
      throw Refusal.invalid(
          "'" + name + "' is a segment of a plan: it goes with its plan, see TierControl/Retire");
    }
    repository.model(name).orElseThrow(() -> Refusal.unknownModel(name)).unload();
  }

  /** How requests are traced: not over this call. */
  TraceSettingResponse tracing(boolean change) {
    if (change) {
      throw Refusal.unsupported("trace settings cannot be changed over the protocol");
    }
    return TraceSettingResponse.newBuilder()
        .putSettings(
            "trace_level", TraceSettingResponse.SettingValue.newBuilder().addValue("OFF").build())
        .build();
  }

  LogSettingsResponse logging(boolean change) {
    if (change) {
      throw Refusal.unsupported("log settings cannot be changed over the protocol");
    }
    LogSettingsResponse.Builder settings = LogSettingsResponse.newBuilder();
    for (String level : List.of("log_info", "log_warning", "log_error")) {
      settings.putSettings(
          level, LogSettingsResponse.SettingValue.newBuilder().setBoolParam(true).build());
    }
    settings.putSettings(
        "log_verbose_level",
        LogSettingsResponse.SettingValue.newBuilder().setUint32Param(0).build());
    return settings.build();
  }

  static StatusRuntimeException noSharedMemory() {
    return Refusal.unsupported(
        "shared memory is not supported: a peer names no memory and no file of a tier");
  }

  private static boolean isVersion(String wanted) {
    return wanted.isEmpty() || wanted.equals(VERSION);
  }
}
