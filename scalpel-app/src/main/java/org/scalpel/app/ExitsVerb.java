package org.scalpel.app;

import picocli.CommandLine.Command;

/** Early exits on a pretrained classifier. */
@Command(
    subcommands = {ExitsAttachVerb.class, ExitsCalibrateVerb.class, ExitsEvaluateVerb.class},
    footer = {
      "  scalpel exits attach model.onnx --recipe recipe.yaml --data train/ -o exits.onnx",
      "  scalpel exits calibrate exits.onnx --data test/ --part 1/2 -o exits.json",
      "  scalpel exits evaluate exits.onnx --exits exits.json --data test/ --part 2/2",
      "  scalpel plan exits.onnx --exits exits.json --deadline-ms 20 …"
    })
final class ExitsVerb extends Verb {
  @Override
  protected int run(Console console) {
    throw usage("expected what to do: attach, calibrate or evaluate");
  }
}
