package org.scalpel.app;

import picocli.CommandLine.Command;

/** Learned latency prediction for a machine. */
@Command(
    subcommands = {PredictorCollectVerb.class, PredictorTrainVerb.class},
    footer = {
      "  scalpel predictor collect -o here.jsonl.gz",
      "  scalpel predictor train here.jsonl.gz -o here.json.gz",
      "  scalpel predictor evaluate here.jsonl.gz",
      "  scalpel predictor collect --help"
    })
final class PredictorVerb extends Verb {
  @Override
  protected int run(Console console) {
    throw usage("expected what to do: collect, train or evaluate");
  }
}
