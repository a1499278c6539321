package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.Confidence;
import org.scalpel.graph.EarlyExits;
import org.scalpel.graph.OnnxModel;
import org.scalpel.learn.ClassifiedPictures;
import org.scalpel.learn.ExitAttachment;
import org.scalpel.learn.ExitCalibration;
import org.scalpel.learn.ExitSamples;
import org.scalpel.learn.ExitWork;
import org.scalpel.learn.ThresholdSearch;
import org.scalpel.plan.ProblemJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds thresholds for the exits of a model. */
@Command(
    name = "calibrate",
    description =
        "Find the thresholds of a model's exits that no others beat: accuracy against how far requests go.",
    footer = {
      "  scalpel exits calibrate exits.onnx --data test/ --part 1/2 -o exits.json",
      "  scalpel exits calibrate exits.onnx --data test.tar --keep samples.jsonl.gz -o exits.json",
      "  scalpel exits calibrate exits.onnx --kept samples.jsonl.gz --confidence entropy -o entropy.json"
    })
final class ExitsCalibrateVerb extends Verb {
  private static final int SHOWN = 12;

  @Parameters(paramLabel = "MODEL", description = "A model with exits, as exits attach writes it.")
  private Path file = Path.of("");

  @Mixin private DataOptions data = new DataOptions();

  @Mixin private ConfidenceOption confidence = new ConfidenceOption();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The operating points to write, as plan --exits takes them.")
  private Path output = Path.of("");

  @Option(
      names = "--keep",
      paramLabel = "FILE",
      description =
          "Where the confidences of every sample are kept (default: beside the output, .samples.jsonl.gz).")
  private Optional<Path> keep = Optional.empty();

  @Option(
      names = "--kept",
      paramLabel = "FILE",
      description = "Take confidences that were kept instead of running the model over --data.")
  private Optional<Path> kept = Optional.empty();

  @Option(
      names = "--points",
      paramLabel = "N",
      defaultValue = "60",
      description = "About so many operating points (default: ${DEFAULT-VALUE}).")
  private int points = 60;

  @Override
  protected int run(Console console) {
    OutputFile.requireWritable(output);
    if (data.isGiven() == kept.isPresent()) {
      throw usage("expected --data DIR or --kept FILE");
    }
    if (points < 2) {
      throw usage("--points " + points + ": expected 2 or more");
    }
    OnnxModel model = OnnxModel.read(file);
    EarlyExits exits = ExitSamples.exitsOf(model);
    Confidence measure = confidence.chosen().orElse(exits.measure());
    ExitSamples samples;
    ExitWork work;
    try (Engine engine = new Engine(EngineOptions.DEFAULT)) {
      samples = samples(console, engine, model, exits);
      work = ExitWork.of(engine, model);
    }
    ExitCalibration found = ExitCalibration.of(samples, work, measure, points);
    OutputFile.write(output, ProblemJson.writeExits(found.exits()) + "\n");
    OutputFile.removeIfThere(part());
    report(console, samples, work, found);
    return OK;
  }

  private ExitSamples samples(Console console, Engine engine, OnnxModel model, EarlyExits exits) {
    if (kept.isPresent()) {
      ExitSamples read = ExitSamples.read(kept.get());
      if (!read.modelSha256().equals(model.sha256())) {
        throw new UserException(
            kept.get() + ": samples of another model; expected " + model.sha256());
      }
      return read;
    }
    try (ClassifiedPictures pictures = data.open(exits.classes(), common().seed());
        Progress progress = console.progress("running the exits", 100)) {
      ExitSamples all =
          ExitSamples.collect(
              engine,
              model,
              pictures,
              data.threads(),
              new ExitAttachment.Part(part(), progress::at));
      Path place = keep.orElseGet(this::beside);
      all.write(place);
      console.note("kept the confidences of " + all.rows().size() + " pictures in " + place);
      return all;
    }
  }

  /** Where what was found is kept until all is found. */
  private Path part() {
    return output.resolveSibling(output.getFileName() + ".part");
  }

  private Path beside() {
    String name = String.valueOf(output.getFileName()).replaceFirst("\\.json$", "");
    return output.resolveSibling(name + ".samples.jsonl.gz");
  }

  private void report(Console console, ExitSamples samples, ExitWork work, ExitCalibration found) {
    List<ThresholdSearch.Point> list = found.points();
    table(samples, work, list).lines().forEach(console::print);
    console.print(
        "%d operating points of %d pictures, by %s; some are shown"
            .formatted(list.size(), samples.rows().size(), found.exits().confidence()));
    List<String> warnings = warnings(samples, found);
    warnings.forEach(warning -> console.note("warning: " + warning));
    console.note("wrote " + output);
    ObjectNode json = Json.object();
    json.put("file", output.toString()).put("samples", samples.rows().size());
    json.put("labelled", samples.labelled()).put("confidence", found.exits().confidence());
    ArrayNode all = json.putArray("points");
    list.forEach(point -> point(all.addObject(), point, work));
    Shares.skipped(json, samples.skipped());
    json.set("warnings", Json.texts(warnings));
    console.json(json);
  }

  private static List<String> warnings(ExitSamples samples, ExitCalibration found) {
    List<String> warnings = new ArrayList<>(samples.skipped().sentences());
    for (String idle : found.idle()) {
      warnings.add(
          idle
              + " never fires: at no point does any picture leave there. Maybe attach exits without it (--after)");
    }
    if (!samples.labelled()) {
      warnings.add("no labels: accuracy is agreement with the model's own answer");
    }
    return warnings;
  }

  private static TextTable table(
      ExitSamples samples, ExitWork work, List<ThresholdSearch.Point> list) {
    List<String> headings = new ArrayList<>(List.of("thresholds", "accuracy", "operations"));
    samples.exits().forEach(name -> headings.add("leave at " + name));
    TextTable table = new TextTable(headings.toArray(new String[0]));
    for (int i = 0; i < list.size(); i++) {
      if (i % Math.max(1, list.size() / SHOWN) == 0 || i == list.size() - 1) {
        table.row(row(list.get(i), work).toArray());
      }
    }
    return table;
  }

  private static List<Object> row(ThresholdSearch.Point point, ExitWork work) {
    List<Object> cells = new ArrayList<>();
    cells.add(
        point.thresholds().stream()
            .map(t -> t > 1 ? "closed" : String.valueOf(Math.round(t * 1000) / 1000.0))
            .toList());
    cells.add(Units.percent(point.accuracy()));
    cells.add(Units.percent(point.mean(work.fractions())));
    point.left().forEach(count -> cells.add(Units.percent((double) count / point.samples())));
    return cells;
  }

  private static void point(ObjectNode json, ThresholdSearch.Point point, ExitWork work) {
    point.thresholds().forEach(json.putArray("thresholds")::add);
    json.put("accuracy", point.accuracy());
    json.put("expected_macs_fraction", point.mean(work.fractions()));
    ArrayNode rates = json.putArray("rates");
    point.left().forEach(count -> rates.add((double) count / point.samples()));
  }
}
