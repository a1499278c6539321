package org.scalpel.cost;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.scalpel.codec.Image;

/**
 * How to profile.
 *
 * @param budget the time that measuring may take; opening sessions of a large model comes on top
 * @param seed of the choice of cuts
 * @param pictures inputs that may also travel as picture files, to measure those codecs
 */
public record ProfileOptions(Duration budget, long seed, List<PictureInput> pictures) {
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

  /** Copies and checks. */
  public ProfileOptions {
    pictures = List.copyOf(pictures);
    if (budget.isNegative() || budget.isZero()) {
      throw new ProfileException("budget is " + budget + "; expected more than nothing");
    }
  }

  /** The same with another budget. */
  public ProfileOptions withBudget(Duration other) {
    return new ProfileOptions(other, seed, pictures);
  }

  /** The same with these pictures. */
  public ProfileOptions withPictures(List<PictureInput> other) {
    return new ProfileOptions(budget, seed, other);
  }
}
