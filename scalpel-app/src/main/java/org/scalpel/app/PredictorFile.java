package org.scalpel.app;

import java.nio.file.Path;
import org.scalpel.cost.Profile;
import org.scalpel.learn.LearnException;
import org.scalpel.learn.Predictor;

/**
 * A predictor on the command line: {@code FILE} or {@code FILE#PLATFORM}.
 *
 * @param platform empty for the only one
 */
record PredictorFile(Path file, String platform) {
  static PredictorFile parse(String text) {
    int hash = text.lastIndexOf('#');
    return hash < 0
        ? new PredictorFile(Path.of(text), "")
        : new PredictorFile(Path.of(text.substring(0, hash)), text.substring(hash + 1));
  }

  /** What it predicts of a model, at the mean and so many spreads. */
  Profile profile(TierSources.Described model, double z) {
    Predictor predictor = Predictor.read(file);
    try {
      return predictor.on(platform).profile(model.kernels(), model.facts(), z);
    } catch (LearnException fault) {
      throw new LearnException(file + ": " + fault.getMessage(), fault);
    }
  }
}
