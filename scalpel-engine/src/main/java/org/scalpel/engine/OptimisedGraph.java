package org.scalpel.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.scalpel.onnx.GraphProto;
import org.scalpel.onnx.ModelProto;

/**
 * A folder of its own in which a session leaves its optimised graph, to be read back. Weights go to
 * a file beside it, so that the graph stays small whatever the model weighs. Closing deletes all.
 */
final class OptimisedGraph implements AutoCloseable {
  private static final String FILE = "optimised.onnx";
  private static final String WEIGHTS = "optimised.weights";
  private static final String SMALLEST_WEIGHT_BYTES = "1024";
  private final Path folder;

  OptimisedGraph() {
    try {
      folder = Files.createTempDirectory("scalpel-optimised");
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder for the optimised graph", e);
    }
  }

  Path folder() {
    return folder;
  }

  /** Makes a session that is opened with these options write its graph here. */
  void request(SessionOptions options) throws OrtException {
    options.setOptimizedModelFilePath(file().toString());
    options.addConfigEntry("session.optimized_model_external_initializers_file_name", WEIGHTS);
    options.addConfigEntry(
        "session.optimized_model_external_initializers_min_size_in_bytes", SMALLEST_WEIGHT_BYTES);
  }

  /** The graph's file. */
  Path file() {
    return folder.resolve(FILE);
  }

  /** The file of its weights, where it has large ones. */
  Path weights() {
    return folder.resolve(WEIGHTS);
  }

  /** What the session wrote. */
  GraphProto read() {
    try (InputStream in = Files.newInputStream(file())) {
      return ModelProto.parseFrom(in).getGraph();
    } catch (IOException e) {
      throw new UncheckedIOException("the runtime left no optimised graph", e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("temporary folder " + folder + " could not be deleted", e);
    }
  }
}
