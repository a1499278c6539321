package org.scalpel.tier;

import java.util.Map;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;

/** A neighbour: what a tier or a tool says to another tier. Reconnects by itself. Thread-safe. */
public final class TierClient implements AutoCloseable {
  TierClient() {}

  /** A client of the tier at an address; nothing is sent yet. */
  public static TierClient of(Endpoint endpoint, TierConfig config) {
    throw new UnsupportedOperationException(endpoint + " " + config.name());
  }

  /** What the tier is, holds and does. */
  public TierStatus status() {
    throw new UnsupportedOperationException();
  }

  /** Measures the link with messages of our own: rates both ways and the round trip. */
  public LinkMeasurement measureLink() {
    throw new UnsupportedOperationException();
  }

  /** Sends a model to the tier's store unless it is there; continues an upload that broke off. */
  public void put(OnnxModel model) {
    throw new UnsupportedOperationException();
  }

  /**
   * Profiles a model on the tier.
   *
   * @param optionsJson settings of the profiler; empty for its defaults
   * @return the profile as its JSON document
   */
  public String profile(
      OnnxModel model,
      Map<String, TensorData> inputs,
      String optionsJson,
      ProfileProgress progress) {
    throw new UnsupportedOperationException();
  }

  /**
   * One inference on a model that the tier publishes, as any client of the protocol would ask it.
   */
  public Map<String, TensorData> infer(String model, Map<String, TensorData> inputs) {
    throw new UnsupportedOperationException();
  }

  /** Where a remote profile has got to. */
  @FunctionalInterface
  public interface ProfileProgress {
    /** Called between steps. */
    void step(int done, int total, String what);
  }

  @Override
  public void close() {}
}
