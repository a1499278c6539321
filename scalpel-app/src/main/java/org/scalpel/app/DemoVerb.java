package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.scalpel.cost.Network;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The main job, end to end, on one machine. */
@Command(
    footer = {
      "  scalpel demo",
      "  scalpel demo --quick --json",
      "  scalpel demo --network 4g,wan --slowdown device=8,edge=2,cloud=1",
      "  scalpel demo --model classifier.onnx --image cat.jpg --recipe imagenet.yaml"
    })
final class DemoVerb extends Verb {
  @Option(
      names = "--network",
      paramLabel = "FILE|LINK,LINK",
      defaultValue = "18.88/54.97/5,50/50/30",
      description =
          "The links, device to edge and edge to cloud: presets or UP/DOWN/RTT in Mbps and ms (default: ${DEFAULT-VALUE}).")
  private String network = "18.88/54.97/5,50/50/30";

  @Option(
      names = "--slowdown",
      split = ",",
      paramLabel = "TIER=F",
      description = "Declared slow-downs, the device first (default: device=20,edge=4,cloud=1).")
  private Map<String, Double> slowdowns = new LinkedHashMap<>();

  @Option(names = "--model", paramLabel = "FILE", description = "Another model, with --image.")
  private Optional<Path> model = Optional.empty();

  @Option(names = "--image", paramLabel = "FILE", description = "Its input.")
  private Optional<Path> image = Optional.empty();

  @Option(
      names = "--recipe",
      paramLabel = "FILE",
      description = "Its declared preprocessing (default: as for ImageNet).")
  private Optional<Path> recipe = Optional.empty();

  @Option(
      names = "--repetitions",
      paramLabel = "N",
      defaultValue = "20",
      description = "Requests for each plan, four at a time in turns (default: ${DEFAULT-VALUE}).")
  private int repetitions = 20;

  @Option(names = "--quick", description = "Fewer measurements: a look, not a result.")
  private boolean quick;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      defaultValue = "scalpel-demo.html",
      description = "Where to write the report (default: ${DEFAULT-VALUE}).")
  private Path report = Path.of("scalpel-demo.html");

  @Override
  protected int run(Console console) throws IOException {
    if (model.isPresent() != image.isPresent()) {
      throw usage("expected --model FILE and --image FILE together");
    }
    DemoWorld world = DemoWorld.of(slowdowns, Network.of(network));
    DemoRun.Effort effort = quick ? DemoRun.Effort.QUICK : DemoRun.Effort.of(repetitions);
    WorkFolder work = WorkFolder.create("scalpel-demo-");
    DemoEnding ending = DemoEnding.of(console, work);
    try {
      DemoSubject subject =
          model.isPresent()
              ? DemoSubject.ofFiles(model.get(), image.orElseThrow(), recipe)
              : DemoSubject.textRecognition(work.path());
      DemoRun run = new DemoRun(console, subject, world, effort, common().seed());
      return answer(console, subject, run.run(work.path()));
    } catch (RuntimeException fault) {
      if (DemoEnding.underWay()) {
        return OK;
      }
      throw fault;
    } finally {
      ending.done();
    }
  }

  private int answer(Console console, DemoSubject subject, DemoRun.Result result) {
    DemoStory story = new DemoStory(subject, result);
    OutputFile.write(report, new DemoReport(subject, result, story).html());
    story.lines().forEach(console::print);
    console.print("");
    console.print("report: " + report.toAbsolutePath());
    boolean agree = result.agree();
    ObjectNode json = Json.object().put("agree", agree);
    json.put("max_rel_diff", result.maxRelDiff());
    json.put("model", subject.title()).put("answer", result.answer());
    ArrayNode rows = json.putArray("rows");
    result.rows().forEach(row -> rows.add(row.json()));
    json.put("report", report.toAbsolutePath().toString());
    json.set("findings", Json.texts(story.findings()));
    console.json(json);
    if (!agree) {
      console.note("scalpel: the split model does not answer as the whole one does");
    }
    return agree ? OK : BUG;
  }
}
