package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.Confidence;
import org.scalpel.graph.OnnxModel;
import org.scalpel.learn.ClassifiedPictures;
import org.scalpel.learn.Classifier;
import org.scalpel.learn.ExitAttachment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Adds early exits to a pretrained classifier. */
@Command(
    name = "attach",
    description =
        "Add early exits to a pretrained classifier: heads on its frozen features, trained with labels or by imitating it.",
    footer = {
      "  scalpel exits attach model.onnx --recipe recipe.yaml --data train/ -o exits.onnx",
      "  scalpel exits attach model.onnx --recipe recipe.yaml --data pictures/ --no-labels -o exits.onnx",
      "  scalpel exits attach model.onnx --recipe recipe.yaml --data train.tar --after relu3,relu7 --grid 2 -o exits.onnx"
    })
final class ExitsAttachVerb extends Verb {
  private static final double DOUBTFUL = 0.5;
  private static final double GUESSING = 1.2;
  private static final int FEW = 5;
  private static final int MOST_EXITS = 8;

  @Mixin private ModelOptions model = new ModelOptions();

  @Mixin private DataOptions data = new DataOptions();

  @Mixin private ConfidenceOption confidence = new ConfidenceOption();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The model with exits to write.")
  private Path output = Path.of("");

  @Option(
      names = "--answer",
      paramLabel = "NAME",
      description = "The model's output with a number for each class, where it has several.")
  private Optional<String> classes = Optional.empty();

  @Option(
      names = "--exits",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many, evenly spaced in operations (default: ${DEFAULT-VALUE}).")
  private int exits = 3;

  @Option(
      names = "--after",
      split = ",",
      paramLabel = "NAME",
      description = "Behind these kernels or nodes instead.")
  private List<String> after = new ArrayList<>();

  @Option(
      names = "--grid",
      paramLabel = "G",
      defaultValue = "1",
      description =
          "Average features over G×G cells of the picture instead of all of it (default: ${DEFAULT-VALUE}).")
  private int grid = 1;

  @Override
  protected int run(Console console) {
    OutputFile.requireWritable(output);
    if (exits < 1 || exits > MOST_EXITS) {
      throw usage("--exits " + exits + ": expected 1 to " + MOST_EXITS);
    }
    OnnxModel source = model.model();
    requireFolder(source);
    long start = System.nanoTime();
    ExitAttachment.Result result;
    List<String> warnings = new ArrayList<>();
    Path part = output.resolveSibling(output.getFileName() + ".part");
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      Classifier classifier = Classifier.of(engine, source, classes);
      try (ClassifiedPictures pictures = data.open(classifier.classes(), common().seed());
          Progress progress = console.progress("attaching exits", 100)) {
        scarce(pictures.scarce(classifier.classes(), FEW)).ifPresent(warnings::add);
        var order =
            new ExitAttachment.Order(
                exits,
                after,
                grid,
                confidence.chosen().orElse(Confidence.PROBABILITY),
                common().seed(),
                data.threads());
        var work = new ExitAttachment.Part(part, progress::at);
        result = ExitAttachment.attach(engine, classifier, pictures, order, work);
      }
    }
    result.model().write(output);
    OutputFile.removeIfThere(part);
    warnings.addAll(warnings(result));
    report(console, result, warnings, (System.nanoTime() - start) / 1e9);
    return OK;
  }

  /** Of classes with too few pictures to learn them from, the first few by number. */
  private static Optional<String> scarce(SortedMap<Integer, Integer> classes) {
    if (classes.isEmpty()) {
      return Optional.empty();
    }
    List<String> some =
        classes.entrySet().stream()
            .limit(FEW)
            .map(entry -> "%d (%d)".formatted(entry.getKey(), entry.getValue()))
            .toList();
    return Optional.of(
        "%s fewer than %d pictures: %s%s; exits will hardly know them"
            .formatted(
                classes.size() == 1 ? "one class has" : classes.size() + " classes have",
                FEW,
                String.join(", ", some),
                classes.size() > FEW ? ", …" : ""));
  }

  private void requireFolder(OnnxModel source) {
    Path folder = output.toAbsolutePath().normalize().getParent();
    if (!source.externalFiles().isEmpty()
        && !source.folder().toAbsolutePath().normalize().equals(folder)) {
      throw new UserException(
          output
              + ": the model keeps weights in files beside it; expected a name in its folder, "
              + source.folder());
    }
  }

  private void report(
      Console console, ExitAttachment.Result result, List<String> warnings, double seconds) {
    console.print(
        "%d pictures taught %d heads, %s; accuracies are of pictures that nothing was learned from"
            .formatted(
                result.samples(),
                result.exits().size() - 1,
                result.labelled() ? "with their labels" : "with the model's own answers"));
    String right = result.labelled() ? "accuracy" : "as the model";
    TextTable table =
        new TextTable("exit", "after", "features", right, "95 %", "agreement", "temperature");
    ObjectNode json = Json.object();
    json.put("file", output.toString()).put("samples", result.samples());
    json.put("labelled", result.labelled()).put("seconds", seconds);
    for (ExitAttachment.Exit exit : result.exits()) {
      table.row(
          exit.name(),
          exit.after(),
          exit.features(),
          Units.percent(exit.accuracy().value()),
          Shares.interval(exit.accuracy()),
          Units.percent(exit.agreement().value()),
          String.format(Locale.ROOT, "%.2f", exit.temperature()));
      ObjectNode one = json.withArray("exits").addObject();
      one.put("name", exit.name()).put("after", exit.after()).put("features", exit.features());
      Shares.put(one, "accuracy", exit.accuracy());
      Shares.put(one, "agreement", exit.agreement());
      one.put("temperature", exit.temperature());
    }
    table.lines().forEach(console::print);
    Shares.skipped(json, result.skipped());
    json.set("warnings", Json.texts(warnings));
    warnings.forEach(warning -> console.note("warning: " + warning));
    console.note("wrote %s after %.1f s".formatted(output, seconds));
    console.json(json);
  }

  private List<String> warnings(ExitAttachment.Result result) {
    List<String> warnings = new ArrayList<>(result.skipped().sentences());
    if (after.isEmpty() && result.exits().size() - 1 < exits) {
      warnings.add("the model has places for %d exits only".formatted(result.exits().size() - 1));
    }
    int count = result.exits().get(result.exits().size() - 1).features();
    for (ExitAttachment.Exit exit : result.exits()) {
      if (exit.accuracy().low() * count < GUESSING) {
        warnings.add(
            "%s is hardly better than guessing. Maybe give more pictures: %d were used, and a few for each of %d classes would be %d"
                .formatted(exit.name(), result.samples(), count, FEW * count));
      }
    }
    if (result.labelled() && result.own().value() < DOUBTFUL) {
      warnings.add(
          "the model itself answers only %s as labelled. Maybe the classes are in another order, or the recipe is another model's"
              .formatted(Units.percent(result.own().value())));
    }
    return warnings;
  }
}
