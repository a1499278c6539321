package org.scalpel.learn;

import java.nio.file.Path;
import java.util.List;

/**
 * What a platform took for kernels and models.
 *
 * <p>A file has one JSON document per line: first {@code {"schema", "platform", "features"}} (the
 * features' names), then {@code {"kernel": …}} and {@code {"model": …}}. Where its name ends in
 * {@code .gz} it is compressed.
 *
 * @param samples kernels of generated models
 * @param models real models, for errors of whole models
 */
public record Dataset(Platform platform, List<KernelSample> samples, List<ModelSample> models) {
  /** The version of the file format, raised when features change their meaning. */
  public static final int SCHEMA = 1;

  /** Copies. */
  public Dataset {
    samples = List.copyOf(samples);
    models = List.copyOf(models);
  }

  /**
   * Reads a file.
   *
   * @throws LearnException the file is malformed, or its features are others than ours
   */
  public static Dataset read(Path file) {
    return DatasetFiles.read(file);
  }

  /** Writes a file, beside its place first. */
  public void write(Path file) {
    DatasetFiles.write(this, file);
  }

  /** All kernels, those of real models too, that took any time: one of 0 ms is part of another. */
  public List<KernelSample> measured() {
    return Rows.measured(this);
  }
}
