package org.scalpel.engine;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.file.Path;
import org.scalpel.onnx.ModelProto;

/** The one native environment of this process, and how sessions are opened in it. */
final class NativeRuntime {
  private static final String WEIGHTS_FOLDER =
      "session.model_external_initializers_file_folder_path";
  private static final int MAX_BYTES = Integer.MAX_VALUE - 64;

  private NativeRuntime() {}

  private static final class Holder {
    /** Old exporters make the runtime write pages of warnings: only errors pass. */
    static final OrtEnvironment ENVIRONMENT;

    static {
      ENVIRONMENT =
          NativeLibraries.loading(
              () ->
                  OrtEnvironment.getEnvironment(
                      OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "scalpel"));
    }
  }

  static OrtEnvironment environment() {
    return Holder.ENVIRONMENT;
  }

  /** The options of a session; to be closed by the caller. */
  static SessionOptions options(EngineOptions options) throws OrtException {
    SessionOptions session = new SessionOptions();
    session.setOptimizationLevel(options.level().runtimeLevel());
    session.setIntraOpNumThreads(options.threads());
    session.setInterOpNumThreads(1);
    session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    String spin = options.spinning() ? "1" : "0";
    session.addConfigEntry("session.intra_op.allow_spinning", spin);
    session.addConfigEntry("session.inter_op.allow_spinning", spin);
    return session;
  }

  /** Opens a model held in memory whose external weights, if any, lie in {@code folder}. */
  static OrtSession open(ModelProto proto, Path folder, SessionOptions options)
      throws OrtException {
    long size = proto.getSerializedSize();
    if (size < 0 || size > MAX_BYTES) {
      throw new EngineException(
          "a model of more than 2 GB in memory; expected its weights in external files");
    }
    options.addConfigEntry(WEIGHTS_FOLDER, folder.toAbsolutePath().toString());
    return environment().createSession(proto.toByteArray(), options);
  }

  /** The runtime's message on one line, without its source positions. */
  static EngineException failure(String label, String what, OrtException cause) {
    String text = String.valueOf(cause.getMessage()).lines().findFirst().orElse("no reason given");
    text = text.replaceAll("\\s*/\\S+\\.(cc|h):\\d+\\s+\\S.*?\\)\\s+", " ").strip();
    return new EngineException(label + ": " + what + ": " + text, cause);
  }
}
