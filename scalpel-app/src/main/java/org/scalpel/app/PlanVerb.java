package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.scalpel.plan.Plan;
import org.scalpel.plan.PlanJson;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.ProblemJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds a plan for a problem file, or for a model with profiles and a network. */
@Command(
    footer = {
      "  scalpel plan --problem problem.json",
      "  scalpel plan --problem problem.json --objective throughput --explain --json",
      "  scalpel plan --problem problem.json --pin conv1=device --max-tier-ms cloud=5 --compare",
      "  scalpel plan model.onnx --profile device=d.json --profile edge=e.json --profile cloud=c.json \\",
      "    --network wifi,wan -o plan.json"
    })
final class PlanVerb extends Verb {
  @Option(
      names = "--problem",
      paramLabel = "FILE",
      description = "A partition problem (JSON) instead of a model.")
  private Optional<Path> problemFile = Optional.empty();

  @Mixin private RequestOptions request = new RequestOptions();

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

  @Override
  protected int run(Console console) {
    Path file = problemFile.orElseThrow(() -> usage("expected --problem FILE"));
    Problem problem = ProblemJson.read(InputFile.text(file), file.toString());
    Plan plan = Planner.plan(problem, request.request());
    List<Plan> others = compare ? Planner.compare(problem, request.request()) : List.of();
    ObjectNode json = PlanJson.node(plan);
    if (!explain) {
      json.remove("explanation");
    }
    output.ifPresent(path -> OutputFile.write(path, Json.text(json) + "\n"));
    if (compare) {
      ArrayNode compared = json.putArray("compared");
      others.forEach(other -> compared.add(PlanJson.node(other)));
    }
    PlanReport report = new PlanReport(problem, plan);
    report.lines(explain).forEach(console::print);
    if (compare) {
      report.comparison(others).forEach(console::print);
    }
    output.ifPresent(path -> console.note("wrote " + path));
    console.json(json);
    return OK;
  }
}
