package org.scalpel.examples;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.scalpel.plan.Objective;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Indoors: a person enters a zone, seldom, and it must be known soon. */
@Command(
    footer = {
      "  examples/case intrusion --model yolox_nano.onnx --video corridor.mp4",
      "  examples/case intrusion --model yolox_nano.onnx --video corridor.mp4 --zone \"0.4,0.5 0.9,0.5 0.9,1 0.4,1\"",
      "  examples/case intrusion --network 4g,wan --slowdown device=5,edge=2,cloud=1 --seconds 30"
    })
final class IntrusionVerb extends CaseVerb {
  @Option(
      names = "--zone",
      paramLabel = "X,Y …",
      defaultValue = "0.3,0.55 0.85,0.55 0.85,1 0.3,1",
      description =
          "Its corners, in parts of the picture; a person is where the feet are (default: ${DEFAULT-VALUE}).")
  private String zone = "0.3,0.55 0.85,0.55 0.85,1 0.3,1";

  @Override
  Subject subject() {
    Map<String, Double> machines = new LinkedHashMap<>();
    machines.put("device", 10.0);
    machines.put("edge", 3.0);
    machines.put("cloud", 1.0);
    return new Subject(
        "intrusion",
        "Indoor intrusion detection",
        Objective.LATENCY,
        "18.88/54.97/5,50/50/30",
        machines,
        Detector.Wanted.PERSONS,
        2,
        Place.parse("--zone", zone, false),
        "one-by-one-person-detection.mp4",
        DrawnClip.Motif.PERSONS);
  }

  @Override
  List<Integer> cameras() {
    return List.of(1);
  }
}
