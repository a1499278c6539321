package org.scalpel.tier;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.scalpel.codec.CodecException;
import org.scalpel.codec.TensorCodec;
import org.scalpel.cost.Layouts;
import org.scalpel.graph.Preprocessing;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/**
 * What may travel instead of a tensor's bytes: the picture file of an input ({@link InputImages}),
 * or any tensor in a {@link TensorCodec}.
 */
final class Encodings {
  /** Everything that this tier reads, as it tells others. */
  static final List<String> NAMES = names();

  private Encodings() {}

  private static List<String> names() {
    List<String> names = new ArrayList<>(InputImages.ENCODINGS);
    names.addAll(TensorCodec.names());
    return List.copyOf(names);
  }

  static boolean isKnown(String encoding) {
    return InputImages.isImage(encoding) || isTensor(encoding);
  }

  static boolean isTensor(String encoding) {
    return TensorCodec.named(encoding).isPresent();
  }

  /** Refuses what no tensor of that fact can come as, before anything is read. */
  static void check(String name, String encoding, TensorFact expected) {
    Optional<TensorCodec> codec = TensorCodec.named(encoding);
    if (codec.isEmpty()) {
      InputImages.check(name, encoding, expected);
    } else if (!Layouts.has(expected) || !codec.get().takes(Layouts.of(expected))) {
      throw Refusal.invalid(
          "input '"
              + name
              + "' is "
              + expected
              + ", which does not travel as "
              + encoding
              + (expected.isStatic() ? "" : ": its shape must be fixed"));
    }
  }

  /** The tensor that a peer sent like this. */
  static TensorData decode(String name, Carried.Encoded sent, Optional<Preprocessing.Fit> fit) {
    Optional<TensorCodec> codec = TensorCodec.named(sent.encoding());
    if (codec.isEmpty()) {
      return InputImages.decode(name, sent, fit);
    }
    try {
      ByteBuffer data = codec.get().decode(sent.file(), Layouts.of(sent.fact()));
      if (data.isDirect()) {
        return new TensorData(sent.fact(), data);
      }
      ByteBuffer direct = TensorData.allocate(sent.fact());
      return new TensorData(sent.fact(), direct.put(data).flip());
    } catch (CodecException e) {
      throw Refusal.invalid("input '" + name + "': " + e.getMessage());
    }
  }

  /** Whether {@link #makeReady} has nothing to do. */
  static boolean areReady(PreparedPlan plan, Carried carried) {
    for (String name : plan.onward().keySet()) {
      if (!isReady(plan, carried, name)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isReady(PreparedPlan plan, Carried carried, String name) {
    String wanted = wanted(plan, name);
    Optional<Carried.Encoded> has = carried.image(name);
    if (has.isEmpty()) {
      return !isTensor(wanted) && !InputImages.canEncode(wanted);
    }
    // A picture stays one, whatever the plan says about the links behind the first.
    boolean picture = InputImages.isImage(has.get().encoding());
    return picture ? !isTensor(wanted) : has.get().encoding().equals(wanted);
  }

  private static String wanted(PreparedPlan plan, String name) {
    Deployment.Encoding encoding = plan.encodings().get(name);
    return encoding == null ? "" : encoding.codec();
  }

  /**
   * Brings everything that goes to the next tier into the form that the plan wants on that link;
   * what came in that form is left as it came.
   *
   * @return how long it took, ns
   */
  static long makeReady(PreparedPlan plan, Carried carried) {
    long start = System.nanoTime();
    for (String name : plan.onward().keySet()) {
      if (!isReady(plan, carried, name)) {
        encode(carried, name, wanted(plan, name));
      }
    }
    return System.nanoTime() - start;
  }

  private static void encode(Carried carried, String name, String wanted) {
    TensorData tensor = carried.tensor(name);
    carried.forget(name);
    Optional<TensorCodec> codec = TensorCodec.named(wanted);
    if (codec.isPresent()) {
      ByteBuffer coded = codec.get().encode(tensor.data(), Layouts.of(tensor.fact()));
      if (coded.remaining() < tensor.data().remaining()) {
        carried.put(name, new Carried.Encoded(wanted, coded, tensor.fact()));
      }
    } else if (InputImages.canEncode(wanted)) {
      ByteBuffer file = InputImages.encode(wanted, tensor);
      carried.put(name, new Carried.Encoded(wanted, file, tensor.fact()));
    }
  }
}
