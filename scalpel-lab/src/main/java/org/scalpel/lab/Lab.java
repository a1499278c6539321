package org.scalpel.lab;

import java.nio.file.Path;

/**
 * What an experiment is run with.
 *
 * @param quick fewer cells and repetitions: a rehearsal, marked as such in the report
 * @param seed of everything random
 * @param scratch a folder for files of the run; removed with the run
 * @param kept a folder for files that an interrupted run finds again; removed when it is finished
 * @param note says something to the one who waits
 */
public record Lab(boolean quick, long seed, Path scratch, Path kept, Notes note) {
  /** Where remarks go. */
  public interface Notes {
    /** One line. */
    void say(String line);
  }

  /** {@code few} in a quick run, {@code many} otherwise. */
  public int pick(int few, int many) {
    return quick ? few : many;
  }
}
