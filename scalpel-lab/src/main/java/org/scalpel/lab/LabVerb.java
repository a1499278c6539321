package org.scalpel.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.scalpel.app.Console;
import org.scalpel.app.Progress;
import org.scalpel.app.Verb;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists and runs experiments. */
@Command(
    footer = {
      "  scalpel lab list",
      "  scalpel lab run links --out results",
      "  scalpel lab run all --out results --quick"
    })
final class LabVerb extends Verb {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Parameters(index = "0", paramLabel = "ACTION", description = "list, or run")
  private String action = "";

  @Parameters(
      index = "1..*",
      paramLabel = "NAME",
      description = "Experiments to run; all for every one.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "lab-results",
      description = "Each experiment writes a folder of its name here (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("lab-results");

  @Option(names = "--quick", description = "A rehearsal: fewer cells, fewer repetitions.")
  private boolean quick;

  @Option(
      names = "--models",
      split = ",",
      paramLabel = "NAME",
      description = "Models to take, by comma (default: all at hand; see docs/lab.md).")
  private List<String> models = new ArrayList<>();

  @Override
  protected int run(Console console) throws Exception {
    if (action.equals("list") && names.isEmpty()) {
      list(console);
    } else if (action.equals("run") && !names.isEmpty()) {
      runAll(console);
    } else {
      throw usage("expected \"lab list\" or \"lab run NAME…\"");
    }
    return OK;
  }

  private static void list(Console console) {
    ArrayNode json = JSON.createArrayNode();
    for (Experiment experiment : Experiments.all()) {
      console.print("%-12s %s".formatted(experiment.name(), experiment.question()));
      json.addObject().put("name", experiment.name()).put("question", experiment.question());
    }
    console.json(json);
  }

  private void runAll(Console console) throws Exception {
    List<Experiment> chosen =
        names.equals(List.of("all"))
            ? Experiments.all()
            : names.stream().map(Experiments::named).toList();
    ObjectNode json = JSON.createObjectNode();
    for (Experiment experiment : chosen) {
      Report report;
      try (Progress progress = console.progress("lab " + experiment.name(), 0)) {
        ExperimentRunner.Order order =
            new ExperimentRunner.Order(
                out, new Lab.Options(quick, common().seed(), models), command(experiment));
        report = new ExperimentRunner(order, console::note, progress::at).run(experiment);
      }
      Path folder = out.resolve(experiment.name());
      console.print(experiment.name() + ": " + folder.resolve("results.md"));
      report.findings().forEach(sentence -> console.print("  " + sentence));
      ArrayNode findings =
          json.putObject(experiment.name()).put("folder", folder.toString()).putArray("findings");
      report.findings().forEach(findings::add);
    }
    console.json(json);
  }

  private String command(Experiment experiment) {
    String chosen = models.isEmpty() ? "" : " --models " + String.join(",", models);
    return "./scalpel lab run %s --seed %d%s%s"
        .formatted(experiment.name(), common().seed(), chosen, quick ? " --quick" : "");
  }
}
