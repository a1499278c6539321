package org.scalpel.learn;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which samples of a data set are taken. Samples are shuffled first, the same way for the same
 * seed, and dealt out into parts like cards: different parts of a data set never share a sample.
 *
 * @param most at most so many
 * @param part of the parts, from 1 on
 * @param parts into which the data set is dealt out
 * @param seed of the shuffle
 * @param labels whether labels are used where there are any
 * @param classes a file with the name of a class on each line, in the model's order
 */
public record Selection(
    int most, int part, int parts, long seed, boolean labels, Optional<Path> classes) {
  /** The first 10,000 of everything. */
  public static final Selection DEFAULT = new Selection(10_000, 1, 1, 0, true, Optional.empty());

  /** Checks the numbers. */
  public Selection {
    if (most < 1 || part < 1 || part > parts) {
      throw new LearnException(
          "%d samples of part %d/%d; expected 1 or more, and a part of 1 to that many"
              .formatted(most, part, parts));
    }
  }

  /** The same of another part. */
  public Selection withPart(int which, int of) {
    return new Selection(most, which, of, seed, labels, classes);
  }

  /** At most so many. */
  public Selection withMost(int count) {
    return new Selection(count, part, parts, seed, labels, classes);
  }

  /** The same without labels. */
  public Selection withoutLabels() {
    return new Selection(most, part, parts, seed, false, classes);
  }

  /** The same with the names of the classes in a file. */
  public Selection withClasses(Optional<Path> file) {
    return new Selection(most, part, parts, seed, labels, file);
  }

  /** The same in another order. */
  public Selection withSeed(long other) {
    return new Selection(most, part, parts, other, labels, classes);
  }
}
