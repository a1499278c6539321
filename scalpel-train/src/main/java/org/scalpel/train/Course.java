package org.scalpel.train;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The course of a training: what decides what comes of it. The rate of learning rises in the first
 * half epoch, stays, and falls to 0 in a straight line at the end; how long it stays need not be
 * known before. While it stays, parts of pictures teach, which is quicker; while it falls, whole
 * ones do.
 *
 * @param network which
 * @param seed of the first weights, the order of the pictures, and how they are varied
 * @param epochs how often every picture is seen
 * @param fall epochs at the end in which the rate falls
 * @param part side of the parts of pictures, as a share of theirs
 * @param batch pictures at a time
 * @param rate of learning
 * @param decay of the weights
 * @param smoothing how much of the label is spread over all classes
 * @param early weight of an early exit's loss beside the end's 1
 * @param heldOut how many pictures nothing is learned from
 */
record Course(
    @JsonProperty("network") String network,
    @JsonProperty("seed") long seed,
    @JsonProperty("epochs") double epochs,
    @JsonProperty("fall") double fall,
    @JsonProperty("part") double part,
    @JsonProperty("batch") int batch,
    @JsonProperty("rate") double rate,
    @JsonProperty("decay") double decay,
    @JsonProperty("smoothing") double smoothing,
    @JsonProperty("early") double early,
    @JsonProperty("held_out") int heldOut) {
  private static final double RISE = 0.5;

  Course {
    boolean counts = fall > 0 && epochs >= fall && batch >= 1 && heldOut >= 1;
    boolean shares = part > 0 && part <= 1 && smoothing >= 0 && smoothing < 1;
    if (!counts || !shares || !(rate > 0) || !(decay >= 0) || !(early >= 0)) {
      throw new TrainException(
          "%s epochs, the last %s with a falling rate of %s, batches of %d, %d held out, parts of %s, decay %s, smoothing %s; expected positive numbers, no more falling than all, shares up to 1"
              .formatted(epochs, fall, rate, batch, heldOut, part, decay, smoothing));
    }
  }

  /** The rate of learning when so many epochs are behind. */
  double rateAt(double behind) {
    double risen = Math.min(1, (behind + RISE / 10) / RISE);
    double left = Math.min(1, Math.max(0, epochs - behind) / fall);
    return rate * Math.min(risen, left);
  }

  /** The side of what is taken of pictures of a side then. */
  int sideAt(double behind, int side) {
    return falls(behind) ? side : (int) Math.round(side * part);
  }

  private boolean falls(double behind) {
    return behind >= epochs - fall;
  }

  /** Whether another course is the same up to here: it may then go on as this one. */
  boolean isSameUntil(double behind, Course other) {
    boolean still = !falls(behind) && !other.falls(behind);
    return equals(still ? other.withEpochs(epochs, fall) : other);
  }

  private Course withEpochs(double all, double falling) {
    return new Course(
        network, seed, all, falling, part, batch, rate, decay, smoothing, early, heldOut);
  }
}
