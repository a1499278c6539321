package org.scalpel.cost;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.codec.Image;
import org.scalpel.graph.TensorData;

/**
 * How to profile.
 *
 * @param budget the time that measuring may take; opening sessions of a large model comes on top
 * @param seed of the choice of cuts
 * @param pictures inputs that may also travel as picture files, to measure those codecs
 * @param calibration further inputs on which the losses of tensor codecs are measured: the worst
 *     counts. They take time beside the budget
 */
public record ProfileOptions(
    Duration budget,
    long seed,
    List<PictureInput> pictures,
    List<Map<String, TensorData>> calibration) {
  /** Most inputs for {@link #calibration}. */
  public static final int MOST_CALIBRATION = 16;

  /** Ten seconds, seed 1, no pictures. */
  public static final ProfileOptions DEFAULT =
      new ProfileOptions(Duration.ofSeconds(10), 1, List.of());

  /**
   * An input that is a picture.
   *
   * @param tensor the uint8 input that holds its pixels
   * @param picture of the size of the input
   * @param quality of the JPEG, above 0 up to 1
   * @param file the picture file as the source delivers it, of any size: where it can travel as it
   *     is, encoding costs and loses nothing
   */
  public record PictureInput(
      String tensor, Image picture, double quality, Optional<ByteBuffer> file) {}

  /** Without inputs for calibration. */
  public ProfileOptions(Duration budget, long seed, List<PictureInput> pictures) {
    this(budget, seed, pictures, List.of());
  }

  /** Copies and checks. */
  public ProfileOptions {
    pictures = List.copyOf(pictures);
    calibration = List.copyOf(calibration);
    if (calibration.size() > MOST_CALIBRATION) {
      throw new ProfileException(
          calibration.size() + " inputs for calibration; expected at most " + MOST_CALIBRATION);
    }
    if (budget.isNegative() || budget.isZero()) {
      throw new ProfileException("budget is " + budget + "; expected more than nothing");
    }
  }

  /** The same with another budget. */
  public ProfileOptions withBudget(Duration other) {
    return new ProfileOptions(other, seed, pictures, calibration);
  }

  /** The same with these pictures. */
  public ProfileOptions withPictures(List<PictureInput> other) {
    return new ProfileOptions(budget, seed, other, calibration);
  }

  /** The same with these inputs for calibration. */
  public ProfileOptions withCalibration(List<Map<String, TensorData>> other) {
    return new ProfileOptions(budget, seed, pictures, other);
  }
}
