package org.scalpel.train;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.scalpel.learn.LearnException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command that trains one of the project's own classifiers and writes it as ONNX. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Trains a classifier with early exits and writes it as an ONNX model.")
public final class Main implements Callable<Integer> {
  static final int CLASSES = 10;

  private static final int BAD_INPUT = 2;

  @Parameters(paramLabel = "NETWORK", description = "${COMPLETION-CANDIDATES}")
  private @Nullable Networks network;

  @Option(names = "--data", required = true, description = "Training pictures: CLASS/*.jpg, .tar")
  private @Nullable Path data;

  @Option(names = "--test", description = "Test pictures, to judge the written model by.")
  private @Nullable Path test;

  @Option(names = "-o", required = true, paramLabel = "FOLDER", description = "Where it goes.")
  private @Nullable Path folder;

  @Option(names = "--seed")
  private long seed = 1;

  @Option(names = "--epochs", description = "How often every picture is seen.")
  private double epochs = 8;

  @Option(names = "--fall", description = "Epochs at the end in which the rate falls to 0.")
  private double fall = 3;

  @Option(names = "--part", description = "Side of what is taken of a picture before that.")
  private double part = 0.75;

  @Option(names = "--batch", description = "Pictures at a time.")
  private int batch = 64;

  @Option(names = "--rate", description = "Rate of learning.")
  private double rate = 0.05;

  @Option(names = "--decay", description = "Decay of the weights.")
  private double decay = 5e-4;

  @Option(names = "--smoothing", description = "Part of a label spread over all classes.")
  private double smoothing = 0.05;

  @Option(names = "--early", description = "Weight of an early exit's loss; the end has 1.")
  private double early = 0.4;

  @Option(names = "--held-out", description = "Training pictures nothing is learned from.")
  private int heldOut = 2_000;

  @Option(names = "--threads")
  private int threads = 1;

  private final PrintWriter err;

  private Main(PrintWriter err) {
    this.err = err;
  }

  /** Trains; the exit code is 0, or 2 for bad input. */
  public static void main(String[] args) {
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    CommandLine command = new CommandLine(new Main(err)).setCaseInsensitiveEnumValuesAllowed(true);
    command.setExecutionExceptionHandler(
        (fault, line, parsed) -> {
          if (fault instanceof TrainException || fault instanceof LearnException) {
            err.println("train: " + fault.getMessage());
            return BAD_INPUT;
          }
          throw fault;
        });
    int code = command.execute(args);
    if (code != 0) {
      System.exit(code);
    }
  }

  @Override
  public Integer call() {
    // The library must neither look for newer native parts nor tell anybody that it runs.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.pytorch.num_threads", String.valueOf(threads));
    Network net = Optional.ofNullable(network).orElseThrow().of(CLASSES);
    Course course =
        new Course(
            net.name(), seed, epochs, fall, part, batch, rate, decay, smoothing, early, heldOut);
    Path out = Optional.ofNullable(folder).orElseThrow();
    Work work = new Work(net, course, new Log(err));
    work.train(Optional.ofNullable(data).orElseThrow(), Optional.ofNullable(test), out);
    return 0;
  }
}
