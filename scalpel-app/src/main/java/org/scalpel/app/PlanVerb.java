package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.scalpel.plan.BandwidthTable;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Plan;
import org.scalpel.plan.PlanJson;
import org.scalpel.plan.PlaneTable;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.ProblemJson;
import org.scalpel.plan.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds a plan for a problem file, or for a model with profiles and a network. */
@Command(
    footer = {
      "  scalpel plan --problem problem.json",
      "  scalpel plan --problem problem.json --objective throughput --explain --json",
      "  scalpel plan --problem problem.json --pin conv1=device --max-tier-ms cloud=5 --compare",
      "  scalpel plan --problem problem.json --table --link 'device->edge' --at-mbps 1.1,18.88",
      "  scalpel plan --problem problem.json --frontier cloud",
      "  scalpel plan model.onnx --profile device=d.json --profile edge=e.json --profile cloud=c.json \\",
      "    --network wifi,wan -o plan.json"
    })
final class PlanVerb extends Verb {
  @Option(
      names = "--problem",
      paramLabel = "FILE",
      description = "A partition problem (JSON) instead of a model.")
  private Optional<Path> problemFile = Optional.empty();

  @Mixin private ModelOptions source = new ModelOptions();

  @Option(
      names = "--profile",
      split = ",",
      paramLabel = "TIER=FILE",
      description = "The profile of a tier, the device first. Once for each tier.")
  private Map<String, Path> profiles = new LinkedHashMap<>();

  @Option(
      names = "--network",
      paramLabel = "FILE|PRESET[,PRESET]",
      defaultValue = "wifi,wan",
      description =
          "The links: presets (cat1, 3g, 4g, wifi, wan …), UP/DOWN/RTT, or a file (default: ${DEFAULT-VALUE}).")
  private String network = "wifi,wan";

  @Mixin private RequestOptions request = new RequestOptions();

  @Mixin private CurveOptions curve = new CurveOptions();

  @Option(
      names = "--compare",
      description = "Run every algorithm that applies and show them in one table.")
  private boolean compare;

  @Option(
      names = "--explain",
      description = "Say in words what limits the plan and what would change it.")
  private boolean explain;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write the plan there.")
  private Optional<Path> output = Optional.empty();

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Draw the model coloured by tier, with the kernels' times.")
  private Optional<Path> html = Optional.empty();

  @Override
  protected int run(Console console) {
    if (problemFile.isPresent() == source.isGiven()) {
      throw usage("expected either MODEL or --problem FILE");
    }
    curve.check();
    if (problemFile.isPresent()) {
      Path file = problemFile.get();
      Problem problem = ProblemJson.read(InputFile.text(file), file.toString());
      Request wanted = request.request(name -> name);
      if (curves(console, problem, wanted)) {
        return OK;
      }
      answer(console, problem, wanted, PlanJson::node);
      return OK;
    }
    ModelProblem model = ModelProblem.read(source.model(), profiles, network);
    Request wanted = request.request(model::kernelOf);
    if (curves(console, model.problem(), wanted)) {
      return OK;
    }
    Plan plan = answer(console, model.problem(), wanted, model::json);
    html.ifPresent(file -> draw(console, file, model, plan));
    return OK;
  }

  /** Answers with many plans if that is asked for. */
  private boolean curves(Console console, Problem problem, Request wanted) {
    if (!curve.table() && curve.frontier().isEmpty()) {
      return false;
    }
    if (wanted.objective() != Objective.LATENCY) {
      throw usage("--table, --frontier: expected --objective latency");
    }
    CurveReport report =
        curve.table()
            ? table(console, problem, wanted)
            : CurveReport.frontier(problem, wanted, curve.frontier().orElseThrow());
    output.ifPresent(path -> OutputFile.write(path, Json.text(report.json()) + "\n"));
    report.lines().forEach(console::print);
    output.ifPresent(path -> console.note("wrote " + path));
    console.json(report.json());
    return true;
  }

  private CurveReport table(Console console, Problem problem, Request wanted) {
    double[] rates = curve.at();
    double[] samples = curve.samples();
    int[] links = curve.links(problem);
    if (links.length == 2) {
      if (samples.length > 0 || curve.chart().isPresent()) {
        throw usage("--samples-mbps, --chart: expected --link NAME, a table of one link");
      }
      return CurveReport.twoLinks(problem, PlaneTable.of(problem, wanted, 0, 1), rates);
    }
    BandwidthTable table = BandwidthTable.of(problem, wanted, links[0]);
    CurveReport report = CurveReport.oneLink(problem, table, rates, samples);
    curve
        .chart()
        .ifPresent(
            file -> {
              OutputFile.write(file, new CurveChart(problem, table).svg());
              console.note("wrote " + file);
            });
    return report;
  }

  private Plan answer(
      Console console, Problem problem, Request wanted, Function<Plan, ObjectNode> document) {
    Plan plan = Planner.plan(problem, wanted);
    ObjectNode json = document.apply(plan);
    if (!explain) {
      json.remove("explanation");
    }
    output.ifPresent(path -> OutputFile.write(path, Json.text(json) + "\n"));
    PlanReport report = new PlanReport(problem, plan);
    report.lines(explain).forEach(console::print);
    if (compare) {
      List<Plan> others = Planner.compare(problem, wanted);
      ArrayNode compared = json.putArray("compared");
      others.forEach(other -> compared.add(PlanJson.node(other)));
      report.comparison(others).forEach(console::print);
    }
    output.ifPresent(path -> console.note("wrote " + path));
    console.json(json);
    return plan;
  }

  private static void draw(Console console, Path file, ModelProblem model, Plan plan) {
    Inspection inspection =
        Inspection.of(
            model.kernels(), model.profiles().values().iterator().next().subject().facts());
    GraphView view = KernelDrawing.of(inspection, model, plan.main()).view();
    OutputFile.write(file, GraphPage.html(model.model().label(), inspection.summary(), view));
    console.note("wrote " + file);
  }
}
