package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.scalpel.cost.Network;
import org.scalpel.graph.OnnxModel;
import org.scalpel.plan.BandwidthTable;
import org.scalpel.plan.Compared;
import org.scalpel.plan.DirectLink;
import org.scalpel.plan.ExitControl;
import org.scalpel.plan.Exits;
import org.scalpel.plan.Link;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Plan;
import org.scalpel.plan.PlanJson;
import org.scalpel.plan.PlaneTable;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.ProblemException;
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
      "  scalpel plan --problem problem.json --objective throughput --mean-egress-bytes 'edge->cloud=20000'",
      "  scalpel plan --problem problem.json --direct-link 30/30/25 --explain",
      "  scalpel plan --problem exits.json --deadline-ms 40 --p95",
      "  scalpel plan model.onnx --profile device=d.json --profile edge=e.json --profile cloud=c.json \\",
      "    --network wifi,wan -o plan.json",
      "  scalpel plan model.onnx --profile device=d.json --predictor edge=edge-predictor.json.gz --z 1 --explain"
    })
final class PlanVerb extends Verb {
  @Option(
      names = "--problem",
      paramLabel = "FILE",
      description = "A partition problem (JSON) instead of a model.")
  private Optional<Path> problemFile = Optional.empty();

  @Mixin private ModelOptions source = new ModelOptions();

  @Mixin private TierSources tiers = new TierSources();

  @Option(
      names = "--network",
      paramLabel = "FILE|PRESET[,PRESET]",
      defaultValue = "",
      description =
          "The links: presets (cat1, 3g, 4g, wifi, wan …), UP/DOWN/RTT, or a file (default: wifi, then wan).")
  private String network = "";

  @Option(
      names = "--direct-link",
      paramLabel = "UP/DOWN/RTT|PRESET",
      description =
          "A link from the first tier straight to the last, beside the relay: both are planned, the better is taken.")
  private Optional<String> directLink = Optional.empty();

  @Option(
      names = "--exits",
      paramLabel = "FILE",
      description = "Early exits with calibrated points (JSON, as in a problem's \"exits\").")
  private Optional<Path> exits = Optional.empty();

  @Mixin private ProblemOptions changes = new ProblemOptions();

  @Mixin private RequestOptions request = new RequestOptions();

  @Mixin private CurveOptions curve = new CurveOptions();

  @Option(
      names = "--compare",
      description =
          "Run every algorithm and show them in one table, with the reason where one has no plan.")
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

  @Option(
      names = "--timeline",
      paramLabel = "FILE",
      description =
          "With --objective makespan: draw when everything happens (.svg, .html; .json: a Chrome trace).")
  private Optional<Path> timeline = Optional.empty();

  @Override
  protected int run(Console console) {
    if (problemFile.isPresent() == source.isGiven()) {
      throw usage("expected either MODEL or --problem FILE");
    }
    curve.check();
    Subject subject = problemFile.isPresent() ? ofFile(problemFile.get()) : ofModel();
    Request wanted = request.request(subject.layerOf());
    if (curve.isAsked()) {
      return named(() -> curves(console, subject.problem(), wanted));
    }
    if (timeline.isPresent() && wanted.objective() != Objective.MAKESPAN) {
      throw usage("--timeline: expected --objective makespan");
    }
    Plan plan = named(() -> answer(console, subject, wanted));
    html.ifPresent(
        file ->
            draw(
                console,
                file,
                subject.model().orElseThrow(() -> usage("--html: expected MODEL")),
                plan));
    return OK;
  }

  /** Costs add up only when a plan is made, far from the file that they are in. */
  private <T> T named(Supplier<T> work) {
    try {
      return work.get();
    } catch (ProblemException refused) {
      String message = String.valueOf(refused.getMessage());
      if (problemFile.isPresent() && message.startsWith("costs:")) {
        throw new ProblemException(problemFile.get() + ": " + message);
      }
      throw refused;
    }
  }

  /**
   * What is planned for.
   *
   * @param layerOf the layer that a name on the command line stands for
   * @param model where the problem is one of a model
   */
  private record Subject(
      Problem problem, UnaryOperator<String> layerOf, Optional<ModelProblem> model) {
    ObjectNode document(Plan plan) {
      return model.map(found -> found.json(plan)).orElseGet(() -> PlanJson.node(plan));
    }
  }

  private Subject ofFile(Path file) {
    Problem problem = ProblemJson.read(InputFile.text(file), file.toString());
    UnaryOperator<String> same = name -> name;
    if (exits.isPresent()) {
      problem = ExitControl.declared(problem, readExits(exits.get()));
    }
    return new Subject(changes.apply(problem, same), same, Optional.empty());
  }

  private Subject ofModel() {
    OnnxModel onnx = source.model();
    ModelProblem read =
        tiers.problem(
            onnx,
            new TierSources.Sample(source.shapes(onnx), common().seed()),
            network,
            new TierSources.Wanted(request.load(), request.mayLose()));
    ModelProblem model =
        exits
            .map(file -> read.withProblem(ModelExits.of(read).gated(readExits(file))))
            .orElse(read);
    Problem problem = changes.apply(model.problem(), model::kernelOf);
    return new Subject(problem, model::kernelOf, Optional.of(model.withProblem(problem)));
  }

  private static Exits readExits(Path file) {
    return ProblemJson.readExits(InputFile.text(file), file.toString());
  }

  /** Answers with many plans. */
  private int curves(Console console, Problem problem, Request wanted) {
    if (wanted.objective() != Objective.LATENCY) {
      throw usage("--table, --frontier, --exit-frontier: expected --objective latency");
    }
    CurveReport report;
    if (curve.exits()) {
      report = ExitReport.of(problem, wanted);
    } else {
      report =
          curve.table()
              ? table(console, problem, wanted)
              : CurveReport.frontier(problem, wanted, curve.frontier().orElseThrow());
    }
    output.ifPresent(path -> OutputFile.write(path, Json.text(report.json()) + "\n"));
    report.lines().forEach(console::print);
    output.ifPresent(path -> console.note("wrote " + path));
    console.json(report.json());
    return OK;
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

  private Plan answer(Console console, Subject subject, Request wanted) {
    Planner.rehearse(wanted);
    if (compare) {
      Planner.algorithms().forEach(one -> Planner.rehearse(wanted.withAlgorithm(one.name())));
    }
    Choice choice = choose(subject, wanted);
    Plan plan = explain ? explained(subject, choice) : choice.plan().withExplanation(List.of());
    ObjectNode json = subject.document(plan);
    choice.says().ifPresent(both -> json.set("topologies", both));
    output.ifPresent(path -> OutputFile.write(path, Json.text(json) + "\n"));
    timeline.ifPresent(
        path ->
            OutputFile.write(path, TimelineChart.of(choice.problem(), choice.plan()).text(path)));
    PlanReport report = new PlanReport(choice.problem(), plan);
    report.lines(explain).forEach(console::print);
    choice.lines().forEach(console::print);
    if (compare) {
      List<Compared> all = Planner.compareAll(choice.problem(), choice.request());
      ArrayNode compared = json.putArray("compared");
      all.forEach(one -> compared.add(PlanReport.node(one)));
      report.comparison(all).forEach(console::print);
    }
    output.ifPresent(path -> console.note("wrote " + path));
    timeline.ifPresent(path -> console.note("wrote " + path));
    console.json(json);
    return plan;
  }

  private Plan explained(Subject subject, Choice choice) {
    Plan plan = Planner.explain(choice.problem(), choice.request(), choice.plan());
    // A plan over the direct link is one of another problem, with a tier less.
    boolean same = choice.problem().tiers().size() == subject.problem().tiers().size();
    if (subject.model().isEmpty() || !same) {
      return plan;
    }
    List<String> all = new ArrayList<>(plan.explanation());
    all.addAll(
        new Uncertainty(subject.model().get(), tiers.predicted(), choice.request(), plan)
            .sentences());
    return plan.withExplanation(all);
  }

  /**
   * The plan, and the topology that it is for.
   *
   * @param says what each topology takes, where there are two
   */
  private record Choice(
      Plan plan, Problem problem, Request request, Optional<ObjectNode> says, List<String> lines) {}

  private Choice choose(Subject subject, Request wanted) {
    Problem problem = subject.problem();
    if (directLink.isEmpty()) {
      Plan plan = Planner.plan(problem, wanted);
      return new Choice(plan, problem, wanted, Optional.empty(), List.of());
    }
    Network.LinkSpec spec = Network.LinkSpec.parse(directLink.get());
    Link link = spec.link(subject.model().map(ModelProblem::farOverheadMs).orElse(0.0));
    DirectLink.Choice both = DirectLink.choose(problem, link, wanted);
    Problem ends = DirectLink.ends(problem, link);
    ObjectNode says = Json.object();
    says.put("taken", both.isDirect() ? "direct" : "relay");
    both.relayed()
        .ifPresentOrElse(
            plan -> says.put("relay_ms", plan.valueMs()), () -> says.putNull("relay_ms"));
    both.direct()
        .ifPresentOrElse(
            plan -> says.put("direct_ms", plan.valueMs()), () -> says.putNull("direct_ms"));
    String line =
        "The %s is taken: relayed %s, over the direct link %s."
            .formatted(
                both.isDirect() ? "direct link" : "relay",
                both.relayed().map(plan -> Units.ms(plan.valueMs())).orElse("no plan"),
                both.direct().map(plan -> Units.ms(plan.valueMs())).orElse("no plan"));
    return new Choice(
        both.plan(),
        both.isDirect() ? ends : problem,
        both.isDirect() ? DirectLink.endsRequest(problem, ends, wanted) : wanted,
        Optional.of(says),
        List.of("", line));
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
