package org.scalpel.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.scalpel.app.Console;
import org.scalpel.app.Progress;
import org.scalpel.app.Verb;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists and runs experiments, and puts what they found on one page. */
@Command(
    footer = {
      "  scalpel lab list",
      "  scalpel lab run links --out results",
      "  scalpel lab run all --out results --quick",
      "  scalpel lab report --out results --page docs/results.md"
    })
final class LabVerb extends Verb {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Parameters(index = "0", paramLabel = "ACTION", description = "list, run or report")
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

  @Option(
      names = "--pictures",
      paramLabel = "DIR",
      description =
          "Labelled pictures (a folder or .tar of them) that eddi judges the project's classifiers by (default: those of SCALPEL_ZOO).")
  private Optional<Path> pictures = Optional.empty();

  @Option(
      names = "--page",
      paramLabel = "FILE",
      defaultValue = "docs/results.md",
      description =
          "report: writes this page, and charts into a folder beside it (default: ${DEFAULT-VALUE}).")
  private Path page = Path.of("docs/results.md");

  @Override
  protected int run(Console console) throws Exception {
    if (action.equals("list") && names.isEmpty()) {
      list(console);
    } else if (action.equals("report") && names.isEmpty()) {
      report(console);
    } else if (action.equals("run") && names.equals(List.of("all"))) {
      return runAll(console);
    } else if (action.equals("run") && !names.isEmpty()) {
      ObjectNode json = JSON.createObjectNode();
      for (Experiment experiment : names.stream().map(Experiments::named).toList()) {
        runOne(console, experiment, json);
      }
      console.json(json);
    } else {
      throw usage("expected \"lab list\", \"lab run NAME…\" or \"lab report\"");
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

  private void report(Console console) throws Exception {
    List<ResultsPage.Source> sources = new ArrayList<>();
    Experiments.all().forEach(experiment -> sources.add(ResultsPage.Source.of(experiment)));
    sources.add(ResultsPage.EVALUATION);
    List<String> written = new ResultsPage(out, page).write(sources);
    console.print("%s: %d of %d experiments".formatted(page, written.size(), sources.size()));
    ObjectNode json = JSON.createObjectNode().put("page", page.toString());
    written.forEach(json.putArray("experiments")::add);
    console.json(json);
  }

  private Lab.Options options() {
    return new Lab.Options(quick, common().seed(), models, pictures);
  }

  /** Goes on when one fails. */
  private int runAll(Console console) throws Exception {
    ObjectNode json = JSON.createObjectNode();
    Campaign.Outcome outcome =
        new Campaign(out, options(), console::note)
            .run(Experiments.all(), experiment -> runOne(console, experiment, json));
    console.print(
        "%d experiments are done, %d left out, %d failed"
            .formatted(outcome.done().size(), outcome.skipped().size(), outcome.failed().size()));
    ObjectNode skipped = json.putObject("left_out");
    outcome.skipped().forEach(skipped::put);
    ObjectNode failed = json.putObject("failed");
    outcome.failed().forEach(failed::put);
    outcome.skipped().forEach((name, why) -> console.print("  left out: " + name + ": " + why));
    outcome.failed().forEach((name, why) -> console.print("  failed: " + name + ": " + why));
    console.json(json);
    return outcome.failed().isEmpty() ? OK : BUG;
  }

  private void runOne(Console console, Experiment experiment, ObjectNode json) throws Exception {
    Report report;
    try (Progress progress = console.progress("lab " + experiment.name(), 0)) {
      ExperimentRunner.Order order =
          new ExperimentRunner.Order(out, options(), command(experiment));
      report = new ExperimentRunner(order, console::note, progress::at).run(experiment);
    }
    Path folder = out.resolve(experiment.name());
    console.print(experiment.name() + ": " + folder.resolve("results.md"));
    report.findings().forEach(sentence -> console.print("  " + sentence));
    ArrayNode findings =
        json.putObject(experiment.name()).put("folder", folder.toString()).putArray("findings");
    report.findings().forEach(findings::add);
  }

  private String command(Experiment experiment) {
    String chosen = models.isEmpty() ? "" : " --models " + String.join(",", models);
    String judged = pictures.map(folder -> " --pictures " + folder).orElse("");
    return "./scalpel lab run %s --seed %d%s%s%s"
        .formatted(experiment.name(), common().seed(), chosen, judged, quick ? " --quick" : "");
  }
}
