package org.scalpel.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * How a network is trained: mini-batches in random order, a learning rate that falls along half a
 * cosine, and of all epochs the network that did best on the examples that were kept apart. The
 * same seed gives the same network.
 *
 * @param hidden the widths of the hidden layers
 * @param epochs at most
 * @param patience so many epochs without a better network end the training
 * @param batch examples in a step
 * @param rate the learning rate at the beginning
 * @param decay of the weights, per step and unit of rate
 * @param loss what is made small
 */
public record Training(
    List<Integer> hidden,
    int epochs,
    int patience,
    int batch,
    double rate,
    double decay,
    Loss loss) {
  /** For some thousand examples of some ten standardised inputs. */
  public static final Training DEFAULT = new Training(List.of(48, 48), 40, 15, 32, 3e-3, 1e-3, 0.5);

  /** For classes: no hidden layer, logits as outputs. */
  public static final Training CLASSES =
      new Training(List.of(), 60, 12, 64, 1e-2, 1e-3, Loss.crossEntropy());

  /**
   * For numbers.
   *
   * @param huber beyond so much an error counts linearly, in units of the outputs
   */
  public Training(
      List<Integer> hidden,
      int epochs,
      int patience,
      int batch,
      double rate,
      double decay,
      double huber) {
    this(hidden, epochs, patience, batch, rate, decay, Loss.huber(huber));
  }

  /** Copies and checks. */
  public Training {
    hidden = List.copyOf(hidden);
    if (epochs < 1 || patience < 1 || batch < 1) {
      throw new NetworkException(
          "epochs %d, patience %d, batch %d; expected 1 or more"
              .formatted(epochs, patience, batch));
    }
    if (!(rate > 0 && decay >= 0)) {
      throw new NetworkException(
          "rate %s, decay %s; expected positive numbers".formatted(rate, decay));
    }
  }

  /** The same with other widths. */
  public Training withHidden(List<Integer> widths) {
    return new Training(widths, epochs, patience, batch, rate, decay, loss);
  }

  /** The same with another number of epochs and patience. */
  public Training withEpochs(int most, int without) {
    return new Training(hidden, most, without, batch, rate, decay, loss);
  }

  /**
   * What came of it.
   *
   * @param network the best
   * @param epoch when it was the best, from 0 on
   * @param epochs how many were trained
   * @param checkLoss its mean loss on the examples that were kept apart
   */
  public record Result(Mlp network, int epoch, int epochs, double checkLoss) {}

  /**
   * Trains a network.
   *
   * @param check examples kept apart for {@code patience}; without any the last epoch's is taken
   */
  public Result train(Examples examples, Examples check, long seed) {
    List<Integer> sizes = new ArrayList<>();
    sizes.add(examples.x()[0].length);
    sizes.addAll(hidden);
    sizes.add(examples.y()[0].length);
    return train(Mlp.random(sizes, seed), examples, check, seed);
  }

  /** Trains this network further. */
  public Result train(Mlp start, Examples examples, Examples check, long seed) {
    Loop loop = new Loop(this, start, examples);
    Random random = new Random(seed ^ 0x5DEECE66DL);
    Result best = new Result(start, 0, 0, Double.POSITIVE_INFINITY);
    for (int epoch = 0; epoch < epochs; epoch++) {
      loop.epoch(random, epoch);
      boolean last = check.size() == 0;
      Mlp now = last && epoch + 1 < epochs ? best.network() : loop.network();
      double off = last ? 0 : loss.mean(now, check);
      if (last || off < best.checkLoss()) {
        best = new Result(now, epoch, epoch + 1, off);
      }
      best = new Result(best.network(), best.epoch(), epoch + 1, best.checkLoss());
      if (epoch - best.epoch() >= patience) {
        break;
      }
    }
    return best;
  }
}
