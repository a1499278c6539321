package org.scalpel.lab;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.scalpel.app.UserException;

/**
 * What an experiment is run with.
 *
 * @param options as the user chose them
 * @param scratch a folder for files of the run; removed with the run
 * @param kept a folder for files that an interrupted run finds again; removed when it is finished
 * @param note says something to the one who waits
 */
public record Lab(Options options, Path scratch, Path kept, Notes note) {
  /**
   * The user's choice.
   *
   * @param quick fewer cells and repetitions: a rehearsal, marked as such in the report
   * @param seed of everything random
   * @param models names of the models to take; empty for all at hand
   * @param pictures labelled ones to judge classifiers by, where there are others than the zoo's
   */
  public record Options(boolean quick, long seed, List<String> models, Optional<Path> pictures) {
    /** With the pictures of the zoo, if there are any. */
    public Options(boolean quick, long seed, List<String> models) {
      this(quick, seed, models, Optional.empty());
    }

    /** Copies. */
    public Options {
      models = List.copyOf(models);
    }
  }

  /** Where remarks go. */
  public interface Notes {
    /** One line. */
    void say(String line);
  }

  /** See {@link Options#quick}. */
  public boolean quick() {
    return options.quick();
  }

  /** See {@link Options#seed}. */
  public long seed() {
    return options.seed();
  }

  /** {@code few} in a quick run, {@code many} otherwise. */
  public int pick(int few, int many) {
    return quick() ? few : many;
  }

  /** The models that the user chose, in that order; without a choice these. */
  List<LabModel> models(List<LabModel> usual) {
    return options.models().isEmpty() ? usual : options.models().stream().map(Lab::model).toList();
  }

  private static LabModel model(String name) {
    return LabModel.named(name)
        .orElseThrow(
            () ->
                new UserException(
                    "no model %s: expected one of %s. Maybe SCALPEL_ZOO is not set."
                        .formatted(name, LabModel.known().stream().map(LabModel::name).toList())));
  }
}
