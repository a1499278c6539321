package org.scalpel.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.scalpel.app.OutputFile;
import org.scalpel.learn.Dataset;
import org.scalpel.learn.KernelError;
import org.scalpel.learn.LearningCurve;
import org.scalpel.learn.ModelSample;

/** What an evaluation found, as tables, charts and JSON. */
final class EvaluationReport {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_POINTS = 1500;

  /**
   * One line of the result.
   *
   * @param modelMape of whole models; empty where none was measured
   * @param regret mean over models and networks; empty where no graph is at hand
   */
  record Row(
      Evaluation.Key key, KernelError kernels, OptionalDouble modelMape, OptionalDouble regret) {}

  private final List<Dataset> data;
  private final Evaluation evaluation;
  private final List<Row> rows = new ArrayList<>();

  EvaluationReport(List<Dataset> data, Evaluation evaluation, Regret regret) {
    this.data = data;
    this.evaluation = evaluation;
    evaluation.scores().forEach((key, scores) -> rows.add(row(key, scores, regret)));
    rows.sort(
        java.util.Comparator.comparingInt((Row row) -> place(row.key().platform()))
            .thenComparingDouble(row -> row.kernels().mape()));
  }

  private int place(String platform) {
    return data.stream().map(d -> d.platform().name()).toList().indexOf(platform);
  }

  private Row row(Evaluation.Key key, Evaluation.Scores scores, Regret regret) {
    OptionalDouble whole =
        scores.wholes().stream().mapToDouble(KernelError.Pair::relative).average();
    List<Double> regrets = new ArrayList<>();
    Dataset own = data.get(place(key.platform()));
    for (ModelSample model : own.models()) {
      double[] times = scores.models().get(model.id());
      if (times != null) {
        regrets.addAll(regret.of(own.platform(), model, times));
      }
    }
    return new Row(
        key,
        KernelError.of(scores.kernels()),
        whole,
        regrets.stream().mapToDouble(Double::doubleValue).average());
  }

  List<Row> rows() {
    return List.copyOf(rows);
  }

  private OptionalDouble mape(String platform, String predictor) {
    return rows.stream()
        .filter(row -> row.key().equals(new Evaluation.Key(platform, predictor)))
        .mapToDouble(row -> row.kernels().mape())
        .findFirst();
  }

  /** Every predictor on every platform. */
  Table table() {
    List<List<String>> cells = new ArrayList<>();
    for (Row row : rows) {
      KernelError error = row.kernels();
      cells.add(
          List.of(
              row.key().platform(),
              row.key().predictor(),
              Figure.percent(error.mape()),
              Figure.percent(error.within10()),
              Figure.percent(error.within20()),
              Figure.of(error.r2Log()),
              percent(row.modelMape()),
              percent(row.regret()),
              String.valueOf(error.kernels())));
    }
    return new Table(
        List.of(
            "platform",
            "predictor",
            "MAPE",
            "within 10 %",
            "within 20 %",
            "R² of log",
            "whole models",
            "regret",
            "kernels"),
        cells);
  }

  private static String percent(OptionalDouble share) {
    return share.isPresent() ? Figure.percent(share.getAsDouble()) : "–";
  }

  /** By how much the error of each baseline is reduced, on every platform and in the mean. */
  Table reductions() {
    List<String> names =
        rows.stream()
            .map(row -> row.key().predictor())
            .filter(name -> !name.startsWith(Evaluation.OURS))
            .distinct()
            .toList();
    List<String> columns = new ArrayList<>(List.of("baseline"));
    data.forEach(d -> columns.add(d.platform().name()));
    columns.add("mean");
    List<List<String>> cells = new ArrayList<>();
    for (String name : names) {
      cells.add(line(name, List.of(name), columns.size()));
    }
    cells.add(line("mean of the four, time itself", Baseline.FOUR, columns.size()));
    cells.add(line("mean of the four, logarithm", Baseline.FOUR_LOG, columns.size()));
    return new Table(columns, cells);
  }

  private List<String> line(String title, List<String> baselines, int width) {
    List<String> cells = new ArrayList<>(List.of(title));
    List<Double> means = new ArrayList<>();
    for (Dataset one : data) {
      OptionalDouble mean = reduction(one.platform().name(), baselines);
      cells.add(percent(mean));
      mean.ifPresent(means::add);
    }
    cells.add(percent(means.stream().mapToDouble(Double::doubleValue).average()));
    return cells.subList(0, width);
  }

  /** The mean over baselines of how much smaller our error is than theirs. */
  OptionalDouble reduction(String platform, List<String> baselines) {
    OptionalDouble ours = mape(platform, Evaluation.OURS);
    return baselines.stream()
        .map(name -> mape(platform, name))
        .filter(OptionalDouble::isPresent)
        .mapToDouble(theirs -> 1 - ours.orElse(0) / theirs.getAsDouble())
        .average();
  }

  /** Errors on a new platform by the number of measurements. */
  Table curves() {
    List<String> columns = new ArrayList<>(List.of("measurements"));
    data.forEach(d -> columns.add(d.platform().name()));
    List<List<String>> cells = new ArrayList<>();
    for (int step : LearningCurve.STEPS) {
      String label = step == Integer.MAX_VALUE ? "all" : String.valueOf(step);
      List<String> line = new ArrayList<>(List.of(label));
      for (Dataset one : data) {
        List<KernelError.Pair> pairs =
            evaluation
                .curves()
                .getOrDefault(new Evaluation.Key(one.platform().name(), label), List.of());
        line.add(pairs.isEmpty() ? "–" : Figure.percent(KernelError.of(pairs).mape()));
      }
      cells.add(line);
    }
    return new Table(columns, cells);
  }

  /** By platform and predictor, and the reductions. */
  ObjectNode json() {
    ObjectNode json = JSON.createObjectNode();
    ObjectNode platforms = json.putObject("platforms");
    for (Row row : rows) {
      ObjectNode one =
          platforms.withObject("/" + row.key().platform()).putObject(row.key().predictor());
      one.put("mape", row.kernels().mape());
      one.put("within10", row.kernels().within10());
      one.put("within20", row.kernels().within20());
      one.put("r2_log", row.kernels().r2Log());
      put(one, "model_mape", row.modelMape());
      put(one, "regret", row.regret());
    }
    ObjectNode reduction = json.putObject("reduction_of_four");
    ObjectNode logs = json.putObject("reduction_of_four_log");
    ObjectNode boosted = json.putObject("error_by_boosted_trees");
    ObjectNode ratio = json.putObject("error_by_boosted_trees_by_roofline");
    for (Dataset one : data) {
      String name = one.platform().name();
      put(reduction, name, reduction(name, Baseline.FOUR));
      put(logs, name, reduction(name, Baseline.FOUR_LOG));
      put(boosted, name, ofError(name, Evaluation.BOOSTED));
      put(ratio, name, ofError(name, Evaluation.BOOSTED_RATIO));
    }
    return json;
  }

  /** Our error by that of a baseline. */
  private OptionalDouble ofError(String platform, String baseline) {
    OptionalDouble less = reduction(platform, List.of(baseline));
    return less.isPresent() ? OptionalDouble.of(1 - less.getAsDouble()) : less;
  }

  private static void put(ObjectNode node, String field, OptionalDouble value) {
    if (value.isPresent()) {
      node.put(field, value.getAsDouble());
    } else {
      node.putNull(field);
    }
  }

  /** Predicted against measured, for each platform. */
  Map<String, Chart> charts() {
    Map<String, Chart> charts = new LinkedHashMap<>();
    for (Dataset one : data) {
      String name = one.platform().name();
      Chart chart = new Chart("Kernels on " + name, "measured (ms)", "predicted (ms)").logLog();
      for (String predictor : List.of(Evaluation.ROOFLINE, Evaluation.BOOSTED, Evaluation.OURS)) {
        Evaluation.Scores scores = evaluation.scores().get(new Evaluation.Key(name, predictor));
        if (scores != null) {
          List<KernelError.Pair> some = some(scores.kernels());
          chart.points(
              predictor,
              some.stream().map(KernelError.Pair::measuredMs).toList(),
              some.stream().map(KernelError.Pair::predictedMs).toList());
        }
      }
      double low = one.measured().stream().mapToDouble(s -> s.ms()).min().orElse(1e-3);
      double high = one.measured().stream().mapToDouble(s -> s.ms()).max().orElse(1);
      charts.put(
          "scatter-" + name.replaceAll("[^A-Za-z0-9._-]", "-"),
          chart.reference("exact", List.of(low, high), List.of(low, high)));
    }
    return charts;
  }

  private static List<KernelError.Pair> some(List<KernelError.Pair> pairs) {
    int step = Math.max(1, pairs.size() / MOST_POINTS);
    List<KernelError.Pair> some = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i += step) {
      if (pairs.get(i).predictedMs() > 0) {
        some.add(pairs.get(i));
      }
    }
    return some;
  }

  /** Writes tables and charts into a folder. */
  void write(Path folder, RunRecord record) {
    OutputFile.write(folder.resolve("results.csv"), table().csv());
    String text =
        "# predictor evaluate\n\n"
            + "On held-out architectures.\n\n"
            + table().markdown()
            + "\n## Error of the networks: by how much smaller\n\n"
            + reductions().markdown()
            + "\n## A new platform, by the number of its measurements (MAPE)\n\n"
            + curves().markdown()
            + "\nCommand: `"
            + record.asked().command()
            + "`\n\nMachine: "
            + record.line()
            + "\n";
    OutputFile.write(folder.resolve("results.md"), text);
    OutputFile.write(folder.resolve("results.json"), json().toPrettyString() + "\n");
    OutputFile.write(folder.resolve(RunRecord.FILE), told(record).toPrettyString() + "\n");
    charts()
        .forEach(
            (name, chart) -> {
              chart.writeSvg(folder.resolve(name + ".svg"));
              chart.writePng(folder.resolve(name + ".png"));
            });
  }

  /** For the page over all experiments. */
  private ObjectNode told(RunRecord record) {
    OptionalDouble plain = meanOver(Baseline.FOUR);
    OptionalDouble logarithmic = meanOver(Baseline.FOUR_LOG);
    ObjectNode json = record.json(List.of());
    ObjectNode headline =
        json.putArray("headlines")
            .addObject()
            .put("id", "end-edge-cloud.prediction")
            .put("note", "mean over platforms and the four baselines; best: the same networks");
    put(headline, "as_published", plain);
    put(headline, "best", plain);
    put(headline, "against_logarithmic", logarithmic);
    return json;
  }

  private OptionalDouble meanOver(List<String> baselines) {
    return data.stream()
        .map(one -> reduction(one.platform().name(), baselines))
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble)
        .average();
  }
}
