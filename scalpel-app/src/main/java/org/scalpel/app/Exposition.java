package org.scalpel.app;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * All metrics as one answer, whoever serves it.
 *
 * @param contentType of the answer
 * @param body of the answer
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
record Exposition(String contentType, byte[] body) {
  private static final ExpositionFormats FORMATS = ExpositionFormats.init();

  /** In the format that the {@code Accept} header asks for, or Prometheus' text. */
  static Exposition of(PrometheusRegistry registry, @Nullable String accept) {
    ExpositionFormatWriter writer = FORMATS.findWriter(accept == null ? "" : accept);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(8192);
    try {
      writer.write(bytes, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Exposition(writer.getContentType(), bytes.toByteArray());
  }
}
