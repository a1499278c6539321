package org.scalpel.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Reads the runtime's profile, event by event: {@code {"cat": "Node", "dur": µs, "name":
 * "<node>_kernel_time", …}} for every node, then {@code {"cat": "Session", "name": "model_run", …}}
 * at the end of every run.
 */
final class ProfileTrace {
  private static final String SUFFIX = "_kernel_time";
  private static final double MS_PER_US = 1e-3;
  private final NodeAttribution attribution;
  private final int warmUp;
  private final double[] current;
  private final List<List<Double>> kernelMs = new ArrayList<>();
  private final List<Double> runMs = new ArrayList<>();
  private int runs;

  ProfileTrace(int kernels, NodeAttribution attribution, int warmUp) {
    this.attribution = attribution;
    this.warmUp = warmUp;
    this.current = new double[kernels];
    for (int k = 0; k < kernels; k++) {
      kernelMs.add(new ArrayList<>());
    }
  }

  KernelTimes read(Path file, Map<String, Border> borders) {
    try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
      if (json.nextToken() != JsonToken.START_ARRAY) {
        throw new EngineException(file + ": not a profile of the runtime; expected an array");
      }
      while (json.nextToken() == JsonToken.START_OBJECT) {
        event(json);
      }
      return new KernelTimes(kernelMs, runMs, borders);
    } catch (IOException e) {
      throw new UncheckedIOException("the runtime's profile " + file + " could not be read", e);
    }
  }

  private void event(JsonParser json) throws IOException {
    String category = "";
    String name = "";
    long micros = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "cat" -> category = json.getText();
        case "name" -> name = json.getText();
        case "dur" -> micros = json.getLongValue();
        default -> json.skipChildren();
      }
    }
    if (category.equals("Node") && name.endsWith(SUFFIX)) {
      String node = name.substring(0, name.length() - SUFFIX.length());
      double ms = micros * MS_PER_US;
      attribution.kernel(node).ifPresent(kernel -> current[kernel] += ms);
    } else if (category.equals("Session") && name.equals("model_run")) {
      endRun(micros * MS_PER_US);
    }
  }

  private void endRun(double ms) {
    if (runs >= warmUp) {
      runMs.add(ms);
      for (int k = 0; k < current.length; k++) {
        kernelMs.get(k).add(current[k]);
      }
    }
    Arrays.fill(current, 0);
    runs++;
  }
}
