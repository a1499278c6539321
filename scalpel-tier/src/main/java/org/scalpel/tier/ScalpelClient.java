package org.scalpel.tier;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.scalpel.graph.TensorData;

/** The way in for programs: open a configuration, infer, close. Thread-safe. */
public final class ScalpelClient implements AutoCloseable {
  ScalpelClient() {}

  /** Opens the configuration in a YAML or JSON file. */
  public static ScalpelClient open(Path config) {
    return open(ScalpelConfig.read(config));
  }

  /** Reads the model, measures or reads profiles and links, plans, and makes the plan ready. */
  public static ScalpelClient open(ScalpelConfig config) {
    throw new UnsupportedOperationException(config.model().toString());
  }

  /** One request. */
  public Execution infer(Map<String, TensorData> inputs) {
    throw new UnsupportedOperationException();
  }

  /** One request, without waiting for the answer. */
  public CompletableFuture<Execution> inferAsync(Map<String, TensorData> inputs) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
