package org.scalpel.learn;

import org.scalpel.nn.Training;

/**
 * How predictors are trained.
 *
 * @param members networks of the ensemble; each keeps other architectures apart
 * @param training of one network
 * @param seed of everything random
 */
public record TrainOptions(int members, Training training, long seed) {
  /** What {@code predictor train} does without options. */
  public static final TrainOptions DEFAULT = new TrainOptions(5, Training.DEFAULT, 1);

  /** Checks. */
  public TrainOptions {
    if (members < 1 || members > 64) {
      throw new LearnException(members + " networks in an ensemble; expected 1 to 64");
    }
  }

  /** The same with another seed. */
  public TrainOptions withSeed(long other) {
    return new TrainOptions(members, training, other);
  }

  /** The same with so many networks. */
  public TrainOptions withMembers(int other) {
    return new TrainOptions(other, training, seed);
  }

  /** The same with other networks. */
  public TrainOptions withTraining(Training other) {
    return new TrainOptions(members, other, seed);
  }
}
