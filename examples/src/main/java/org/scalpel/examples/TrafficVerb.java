package org.scalpel.examples;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.scalpel.plan.Objective;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** On the campus: vehicles that cross a line are counted, by several cameras with one server. */
@Command(
    footer = {
      "  examples/case traffic --model yolox_nano.onnx --video road.mp4",
      "  examples/case traffic --model yolox_nano.onnx --video road.mp4 --cameras 4 --line \"0,0.6 1,0.6\"",
      "  examples/case traffic --network 5.85/20/50 --slowdown camera=8,server=2 --no-realtime"
    })
final class TrafficVerb extends CaseVerb {
  private static final int MOST = 16;

  @Option(
      names = "--cameras",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,2,4",
      description = "Numbers of cameras, a run for each (default: ${DEFAULT-VALUE}).")
  private List<Integer> cameras = List.of(1, 2, 4);

  @Option(
      names = "--line",
      paramLabel = "X,Y X,Y",
      defaultValue = "0,0.5 1,0.5",
      description = "From where to where, in parts of the picture (default: ${DEFAULT-VALUE}).")
  private String line = "0,0.5 1,0.5";

  @Option(
      names = "--count",
      paramLabel = "WHAT",
      defaultValue = "things",
      description =
          "vehicles, or things: whatever crosses the line, for cameras that look straight down, whose cars a detector calls phones (default: ${DEFAULT-VALUE}).")
  private Detector.Wanted wanted = Detector.Wanted.THINGS;

  @Override
  Subject subject() {
    Map<String, Double> machines = new LinkedHashMap<>();
    machines.put("camera", 10.0);
    machines.put("server", 3.0);
    return new Subject(
        "traffic",
        "Campus traffic monitoring",
        Objective.THROUGHPUT,
        "18.88/54.97/5",
        machines,
        wanted,
        4,
        Place.parse("--line", line, true),
        "car-detection.mp4",
        DrawnClip.Motif.CARS);
  }

  @Override
  List<Integer> cameras() {
    if (cameras.isEmpty() || cameras.stream().anyMatch(count -> count < 1 || count > MOST)) {
      throw usage("--cameras: expected numbers from 1 to " + MOST + ", found " + cameras);
    }
    return List.copyOf(cameras);
  }
}
