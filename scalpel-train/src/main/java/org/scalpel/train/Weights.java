package org.scalpel.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The numbers of a network, with the momentum of those that are learned. */
final class Weights {
  private final List<Learned> learned;
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();
  private final Map<String, NDArray> momenta = new LinkedHashMap<>();

  private Weights(List<Learned> learned) {
    this.learned = List.copyOf(learned);
  }

  /** Where a training begins. */
  static Weights begin(NDManager memory, Network network, long seed) {
    Weights weights = new Weights(network.learned());
    Random random = new Random(seed);
    for (Learned one : weights.learned) {
      weights.put(one, beginning(memory, one, random), memory.zeros(one.dims()));
    }
    return weights;
  }

  private static NDArray beginning(NDManager memory, Learned one, Random random) {
    return switch (one.kind()) {
      case WEIGHT -> {
        float[] values = new float[Math.toIntExact(one.dims().size())];
        double deviation = Math.sqrt(2.0 / one.fanIn());
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (random.nextGaussian() * deviation);
        }
        yield memory.create(values, one.dims());
      }
      case SHIFT, MEAN -> memory.zeros(one.dims());
      case SCALE, VARIANCE -> memory.ones(one.dims());
    };
  }

  private void put(Learned one, NDArray array, NDArray momentum) {
    array.setRequiresGradient(one.kind().isLearned());
    arrays.put(one.name(), array);
    if (one.kind().isLearned()) {
      momenta.put(one.name(), momentum);
    }
  }

  NDArray get(String name) {
    NDArray array = arrays.get(name);
    if (array == null) {
      throw new IllegalStateException("no weights '" + name + "'");
    }
    return array;
  }

  /** A copy of the numbers of one. */
  float[] floats(String name) {
    return get(name).toFloatArray();
  }

  /** One step down the gradients, with momentum; they are 0 afterwards. */
  void descend(double rate, double momentum, double decay) {
    for (Learned one : learned) {
      if (one.kind().isLearned()) {
        NDArray weight = get(one.name());
        try (NDArray gradient = weight.getGradient()) {
          weight
              .getNDArrayInternal()
              .sgdUpdate(
                  new NDList(weight, gradient, momenta.get(one.name())),
                  new NDList(weight),
                  (float) rate,
                  one.kind() == Learned.Kind.WEIGHT ? (float) decay : 0,
                  1,
                  -1,
                  (float) momentum,
                  false);
          gradient.subi(gradient);
        }
      }
    }
  }

  /** Everything, for a checkpoint. */
  NDList all() {
    NDList all = new NDList();
    arrays.values().forEach(all::add);
    momenta.values().forEach(all::add);
    return all;
  }

  /**
   * Everything from a checkpoint.
   *
   * @throws TrainException it is of another network
   */
  static Weights of(Network network, NDList all) {
    Weights weights = new Weights(network.learned());
    long learned = weights.learned.stream().filter(one -> one.kind().isLearned()).count();
    int count = weights.learned.size();
    boolean fits = all.size() == count + learned;
    int next = count;
    for (int i = 0; fits && i < count; i++) {
      Learned one = weights.learned.get(i);
      fits = all.get(i).getShape().equals(one.dims());
      all.get(i).setName("");
      NDArray momentum = one.kind().isLearned() ? all.get(next++) : all.get(i);
      weights.put(one, all.get(i).toType(DataType.FLOAT32, false), momentum);
    }
    if (!fits) {
      throw new TrainException("the checkpoint is of another network than " + network.name());
    }
    return weights;
  }
}
