package org.scalpel.app;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures kernels of many kinds on this machine. */
@Command(
    name = "collect",
    description =
        "Measure kernels of many kinds and sizes on this machine: a data set to train on.",
    footer = "  scalpel predictor collect -o here.jsonl.gz")
final class PredictorCollectVerb extends Verb {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The data set to write, JSON lines; compressed where the name ends in .gz.")
  private Path output = Path.of("");

  @Override
  protected int run(Console console) {
    OutputFile.requireWritable(output);
    throw usage("collecting is not built yet");
  }
}
