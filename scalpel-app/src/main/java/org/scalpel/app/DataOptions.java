package org.scalpel.app;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.scalpel.learn.ClassifiedPictures;
import org.scalpel.learn.Selection;
import picocli.CommandLine.Option;

/** A set of pictures on the command line. */
final class DataOptions {
  private static final Pattern PART = Pattern.compile("(\\d{1,4})/(\\d{1,4})");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Pictures: CLASS/*.jpg or .png, or with labels.csv, or without labels; a .tar of them; MNIST files.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "10000",
      description = "At most so many (default: ${DEFAULT-VALUE}).")
  private int samples = 10_000;

  @Option(
      names = "--part",
      paramLabel = "K/N",
      defaultValue = "1/1",
      description =
          "Deal the shuffled pictures into N parts and take the K-th; parts of the same seed share no picture.")
  private String part = "1/1";

  @Option(
      names = "--classes",
      paramLabel = "FILE",
      description =
          "The names of the model's classes, one on each line (default: numbers, or the order of the alphabet).")
  private Optional<Path> classes = Optional.empty();

  @Option(
      names = "--no-labels",
      description = "Use the model's own answers as what is right, even where labels are there.")
  private boolean withoutLabels;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "2",
      description = "So many pictures at a time (default: ${DEFAULT-VALUE}).")
  private int threads = 2;

  /** Pictures that the model answers at a time. */
  int threads() {
    return threads;
  }

  boolean isGiven() {
    return data.isPresent();
  }

  /** The pictures, for a model with so many classes. */
  ClassifiedPictures open(int count, long seed) {
    Path path = data.orElseThrow(() -> new UserException("--data: expected a folder of pictures"));
    Matcher matcher = PART.matcher(part);
    if (!matcher.matches()) {
      throw new UserException("--part " + part + ": expected K/N, as in 1/2");
    }
    Selection selection =
        Selection.DEFAULT
            .withSeed(seed)
            .withMost(samples)
            .withPart(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
            .withClasses(classes);
    return ClassifiedPictures.open(
        path, count, withoutLabels ? selection.withoutLabels() : selection);
  }
}
