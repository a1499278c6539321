package org.scalpel.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * How long an experiment takes: what its last whole run in the same folder took, else what is
 * written down for two cores.
 */
final class Durations {
  private static final String FILE = "durations.properties";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double UNKNOWN_QUICK_S = 60;
  private static final double UNKNOWN_FULL_S = 600;

  private final Path out;
  private final boolean quick;
  private final Properties written = new Properties();

  /** Of runs into this folder. */
  Durations(Path out, boolean quick) {
    this.out = out;
    this.quick = quick;
    try (InputStream stream = Durations.class.getResourceAsStream(FILE)) {
      if (stream != null) {
        written.load(stream);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Seconds, about. */
  double seconds(String experiment) {
    Path record = out.resolve(experiment).resolve(RunRecord.FILE);
    if (Files.isRegularFile(record)) {
      try {
        JsonNode last = JSON.readTree(record.toFile());
        if (last.path("quick").asBoolean() == quick && last.path("resumed_cells").asInt() == 0) {
          return last.path("duration_s").asDouble();
        }
      } catch (IOException e) {
        // A record that cannot be read tells nothing.
        return written(experiment);
      }
    }
    return written(experiment);
  }

  private double written(String experiment) {
    String text = written.getProperty(experiment + (quick ? ".quick" : ".full"));
    if (text == null) {
      return quick ? UNKNOWN_QUICK_S : UNKNOWN_FULL_S;
    }
    return Double.parseDouble(text.strip());
  }
}
