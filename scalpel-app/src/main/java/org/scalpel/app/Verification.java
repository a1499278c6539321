package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.scalpel.engine.Engine;
import org.scalpel.engine.Session;
import org.scalpel.graph.Manifest;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;

/** How far the outputs of the written segments are from those of the whole model. */
record Verification(List<Difference> differences) {
  /** Differences within rounding of another order of sums. */
  static final double TOLERANCE = 1e-3;

  /** Of one output: the largest differences, and whether the largest value stands at one place. */
  record Difference(String output, double maxAbs, double maxRel, boolean sameTop) {
    boolean agrees() {
      return maxRel <= TOLERANCE;
    }
  }

  static Verification run(
      Engine engine,
      OnnxModel model,
      Manifest manifest,
      Path folder,
      Map<String, TensorData> inputs) {
    Map<String, TensorData> tensors = new HashMap<>(inputs);
    for (Manifest.Part part : manifest.segments()) {
      try (Session session = engine.open(folder.resolve(part.file()))) {
        Map<String, TensorData> arguments = new LinkedHashMap<>();
        part.inputs().forEach(name -> arguments.put(name, tensors.get(name)));
        tensors.putAll(session.run(arguments));
      }
    }
    try (Session session = engine.open(model)) {
      return compare(session.run(inputs), tensors);
    }
  }

  static Verification compare(Map<String, TensorData> whole, Map<String, TensorData> split) {
    List<Difference> differences = new ArrayList<>();
    whole.forEach(
        (name, expected) -> {
          TensorData found = split.get(name);
          if (found == null || !found.fact().equals(expected.fact())) {
            throw new IllegalStateException("output " + name + " of the segments: " + found);
          }
          differences.add(difference(name, expected, found));
        });
    return new Verification(differences);
  }

  private static Difference difference(String name, TensorData expected, TensorData found) {
    double[] left = Numbers.of(expected);
    double[] right = Numbers.of(found);
    double scale = 1e-12;
    double abs = 0;
    for (int i = 0; i < left.length; i++) {
      scale = Math.max(scale, Math.abs(left[i]));
      double difference = left[i] == right[i] ? 0 : Math.abs(left[i] - right[i]);
      abs = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(abs, difference);
    }
    return new Difference(name, abs, abs / scale, Numbers.argmax(left) == Numbers.argmax(right));
  }

  boolean agrees() {
    return differences.stream().allMatch(Difference::agrees);
  }

  double maxRel() {
    return differences.stream().mapToDouble(Difference::maxRel).max().orElse(0);
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(agrees() ? "whole and split agree" : "WHOLE AND SPLIT DIFFER");
    for (Difference one : differences) {
      lines.add(
          "  %s: largest difference %.3g (%.3g of the largest value), largest value at %s place"
              .formatted(
                  one.output(),
                  one.maxAbs(),
                  one.maxRel(),
                  one.sameTop() ? "the same" : "ANOTHER"));
    }
    return lines;
  }

  ObjectNode json() {
    ObjectNode json = Json.object().put("agree", agrees()).put("max_rel_diff", maxRel());
    ArrayNode outputs = json.putArray("outputs");
    for (Difference one : differences) {
      outputs
          .addObject()
          .put("name", one.output())
          .put("max_abs_diff", one.maxAbs())
          .put("max_rel_diff", one.maxRel())
          .put("top1_equal", one.sameTop());
    }
    return json;
  }
}
