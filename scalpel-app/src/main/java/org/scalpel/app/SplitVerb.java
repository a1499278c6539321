package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.SampleInputs;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.Manifest;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.Segment;
import org.scalpel.graph.SegmentFiles;
import org.scalpel.graph.Splitter;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.tier.Deployment;
import org.scalpel.tier.Inputs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes the segments of a plan as models of their own. */
@Command(
    footer = {
      "  scalpel split model.onnx --plan plan.json -o segments",
      "  scalpel split model.onnx --assignment where.json -o segments --verify --input cat.npy",
      "  scalpel split model.onnx --plan plan.json -o repository --layout triton"
    })
final class SplitVerb extends Verb {
  @Mixin private ModelOptions source = new ModelOptions();

  @Option(names = "--plan", paramLabel = "FILE", description = "A plan, as written by plan -o.")
  private Optional<Path> plan = Optional.empty();

  @Option(
      names = "--assignment",
      paramLabel = "FILE",
      description = "Instead of a plan: {\"kernel\": \"tier\", …}.")
  private Optional<Path> assignment = Optional.empty();

  @Option(
      names = "--tiers",
      split = ",",
      paramLabel = "NAME",
      description = "The order of the tiers of an assignment (default: device, edge, cloud).")
  private List<String> tiers = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      required = true,
      description = "The folder to write.")
  private Path output = Path.of("");

  @Option(
      names = "--layout",
      paramLabel = "NAME",
      defaultValue = "files",
      description = "files, or triton for a model repository (default: ${DEFAULT-VALUE}).")
  private SegmentFiles.Layout layout = SegmentFiles.Layout.FILES;

  @Option(names = "--verify", description = "Run whole and split and report the differences.")
  private boolean verify;

  @Option(
      names = "--input",
      arity = "1..*",
      parameterConsumer = InputWords.class,
      paramLabel = "[NAME=]FILE",
      description = "Input for --verify (default: seeded noise).")
  private List<String> inputs = new ArrayList<>();

  @Override
  protected int run(Console console) {
    if (plan.isPresent() == assignment.isPresent()) {
      throw usage("expected either --plan FILE or --assignment FILE");
    }
    if (!inputs.isEmpty() && !verify) {
      throw usage("--input: expected --verify, which is what runs it");
    }
    OnnxModel plain = source.source();
    Recipe recipe = source.recipe(plain);
    OnnxModel model = recipe.apply(plain);
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      KernelGraph kernels = engine.kernels(model);
      PlanFile where =
          plan.isPresent()
              ? PlanFile.ofPlan(plan.get(), model)
              : PlanFile.ofAssignment(assignment.orElseThrow(), tiers, kernels);
      Splitter splitter = new Splitter(model, kernels);
      List<Segment> segments = where.segments(splitter, kernels);
      Map<String, TensorData> sample = sample(model, recipe);
      Map<String, TensorFact> facts = engine.facts(model, sample);
      // As a device names the plan: it asks a foreign server for its segments by that name.
      String id = deployment(model, kernels, facts, where).planId();
      Manifest manifest =
          new SegmentFiles(kernels, facts)
              .write(new SegmentFiles.Cut(id, where.tiers(), segments), output, layout);
      ObjectNode json = (ObjectNode) Json.parse(manifest.toJson(), Manifest.FILE);
      print(console, manifest);
      if (verify) {
        Verification result = Verification.run(engine, model, manifest, output, sample);
        result.lines().forEach(console::print);
        json.set("verify", result.json());
      }
      console.note("wrote " + output);
      console.json(json);
    }
    return OK;
  }

  private Deployment deployment(
      OnnxModel model, KernelGraph kernels, Map<String, TensorFact> facts, PlanFile where) {
    if (plan.isPresent()) {
      return Placement.ofPlan(plan.get(), model, kernels).withoutExits().deployment(kernels, facts);
    }
    List<Integer> placed = Arrays.stream(where.tierOfKernel(kernels)).boxed().toList();
    return new Deployment(kernels, where.tiers(), placed, facts, Map.of(), Map.of());
  }

  private Map<String, TensorData> sample(OnnxModel model, Recipe recipe) {
    Map<String, List<Long>> shapes = source.shapes(model);
    if (inputs.isEmpty()) {
      return SampleInputs.of(model, common().seed(), shapes);
    }
    List<Inputs> requests = new InputReader(model, recipe, shapes).read(inputs);
    if (requests.size() != 1) {
      throw usage("--input: expected one request, found " + requests.size());
    }
    return requests.get(0).tensors();
  }

  private static void print(Console console, Manifest manifest) {
    TextTable table = new TextTable("segment", "tier", "inputs", "outputs");
    for (Manifest.Part part : manifest.segments()) {
      table.row(part.file(), part.tier(), names(part.inputs()), names(part.outputs()));
    }
    table.lines().forEach(console::print);
  }

  private static String names(List<String> names) {
    int shown = 3;
    String text = String.join(", ", names.subList(0, Math.min(shown, names.size())));
    return names.size() > shown ? text + " and " + (names.size() - shown) + " more" : text;
  }
}
