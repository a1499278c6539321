package org.scalpel.app;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.SampleInputs;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorFact;
import org.scalpel.plan.Plan;
import org.scalpel.plan.PlanJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows a model as the planner sees it. */
@Command(
    footer = {
      "  scalpel inspect model.onnx",
      "  scalpel inspect model.onnx --html graph.html",
      "  scalpel inspect model.onnx --shape 1x3x48x320 --json",
      "  scalpel inspect model.onnx --plan plan.json --html where.html"
    })
final class InspectVerb extends Verb {
  @Mixin private ModelOptions source = new ModelOptions();

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Draw the graph as a self-contained page.")
  private Optional<Path> html = Optional.empty();

  @Option(
      names = "--plan",
      paramLabel = "FILE",
      description = "Colour the drawing by the tiers of this plan.")
  private Optional<Path> planFile = Optional.empty();

  @Override
  protected int run(Console console) {
    OnnxModel model = source.model();
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      KernelGraph kernels = engine.kernels(model);
      Inspection inspection = Inspection.of(kernels, facts(engine, model, console));
      Optional<Plan> plan =
          planFile.map(file -> PlanJson.read(InputFile.text(file), file.toString()));
      html.ifPresent(
          file -> {
            KernelDrawing drawing = KernelDrawing.of(inspection, plan.map(Plan::main));
            OutputFile.write(
                file, GraphPage.html(model.label(), inspection.summary(), drawing.view()));
            console.note("wrote " + file);
          });
      inspection.lines().forEach(console::print);
      console.json(inspection.json());
    }
    return OK;
  }

  private Map<String, TensorFact> facts(Engine engine, OnnxModel model, Console console) {
    Map<String, java.util.List<Long>> shapes = source.shapes(model);
    boolean open =
        model.inputs().stream()
            .filter(input -> !shapes.containsKey(input.name()))
            .anyMatch(input -> input.fact().shape().stream().skip(1).anyMatch(dim -> dim < 0));
    if (open) {
      console.note(
          "some dimensions of the inputs are open, so sizes are unknown."
              + " Maybe bind them: --shape NAME=1x3x224x224");
      return Map.of();
    }
    return engine.facts(model, SampleInputs.of(model, common().seed(), shapes));
  }
}
