package org.scalpel.tier;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelException;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.oip.InferParameter;
import org.scalpel.oip.InferTensorContents;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelInferRequest.InferInputTensor;
import org.scalpel.oip.ModelInferResponse;
import org.scalpel.oip.ModelInferResponse.InferOutputTensor;

/**
 * Tensors in and out of inference messages. Everything a peer says is checked before it is used:
 * the type and the shape against what is expected, the size against the shape.
 */
final class Tensors {
  private Tensors() {}

  /** Finds what a model expects under a name, or refuses the name. */
  interface Expected {
    /** The fact of an input, -1 for free dimensions; throws what {@link Refusal} makes. */
    TensorFact of(String name);
  }

  /** The tensors of a request; those that are encoded go to {@code images} as they came. */
  static Map<String, TensorData> read(
      InferMessage<ModelInferRequest> message, Expected expected, Carried images) {
    ModelInferRequest header = message.header();
    boolean raw = !message.raw().isEmpty();
    String model = header.getModelName();
    if (raw && message.raw().size() != header.getInputsCount()) {
      throw Refusal.invalid(
          "expected "
              + header.getInputsCount()
              + " raw input contents for model '"
              + model
              + "', one per input, got "
              + message.raw().size());
    }
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (int i = 0; i < header.getInputsCount(); i++) {
      InferInputTensor input = header.getInputs(i);
      String name = input.getName();
      TensorFact wanted = expected.of(name);
      String encoding = text(input.getParametersMap().get(Params.ENCODING));
      if (tensors.containsKey(name) || images.has(name)) {
        throw Refusal.invalid("input '" + name + "' for model '" + model + "' is given twice");
      }
      if (!encoding.isEmpty()) {
        if (!raw) {
          throw Refusal.invalid(
              "input '" + name + "' is encoded as " + encoding + ": send it in raw_input_contents");
        }
        Encodings.check(name, encoding, wanted);
        if (Encodings.isTensor(encoding)) {
          fact("input '" + name + "'", input.getDatatype(), input.getShapeList(), wanted);
        }
        images.put(name, new Carried.Encoded(encoding, message.raw().get(i), wanted));
        continue;
      }
      TensorFact fact =
          fact("input '" + name + "'", input.getDatatype(), input.getShapeList(), wanted);
      tensors.put(
          name,
          raw
              ? rawInput(input, fact, message.raw().get(i), model)
              : typedInput(input, fact, model));
    }
    return tensors;
  }

  private static TensorData rawInput(
      InferInputTensor input, TensorFact fact, ByteBuffer data, String model) {
    if (input.hasContents()) {
      throw Refusal.invalid(
          "contents field must not be specified when using raw_input_contents for '"
              + input.getName()
              + "' for model '"
              + model
              + "'");
    }
    return checked("input '" + input.getName() + "'", fact, data);
  }

  private static TensorData typedInput(InferInputTensor input, TensorFact fact, String model) {
    if (!input.hasContents()) {
      throw Refusal.invalid(
          "unable to find data for input tensor '"
              + input.getName()
              + "' for model '"
              + model
              + "' in request.");
    }
    return typed("input '" + input.getName() + "'", fact, input.getContents());
  }

  /**
   * The tensors of an answer, each checked against what is expected; both raw and typed contents.
   */
  static Map<String, TensorData> read(
      ModelInferResponse header, List<ByteBuffer> rawContents, Expected expected) {
    boolean raw = !rawContents.isEmpty();
    if (raw && rawContents.size() != header.getOutputsCount()) {
      throw Refusal.invalid(
          "the answer has "
              + header.getOutputsCount()
              + " outputs and "
              + rawContents.size()
              + " raw contents");
    }
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (int i = 0; i < header.getOutputsCount(); i++) {
      InferOutputTensor output = header.getOutputs(i);
      String what = "output '" + output.getName() + "'";
      TensorFact fact =
          fact(what, output.getDatatype(), output.getShapeList(), expected.of(output.getName()));
      TensorData tensor =
          raw ? checked(what, fact, rawContents.get(i)) : typed(what, fact, output.getContents());
      if (tensors.put(output.getName(), tensor) != null) {
        throw Refusal.invalid(what + " is given twice");
      }
    }
    return tensors;
  }

  /** The fact a peer declares, if it matches the expected one. */
  static TensorFact fact(String what, String datatype, List<Long> shape, TensorFact expected) {
    if (datatype.equals(ElementType.STRING.oipName())) {
      throw Refusal.strings(what);
    }
    try {
      TensorFact fact = new TensorFact(ElementType.ofOip(datatype), shape);
      if (!fact.isStatic() || !fact.matches(expected)) {
        throw Refusal.invalid(
            what
                + " is "
                + datatype
                + shape
                + "; expected "
                + expected.type().oipName()
                + expected.shape());
      }
      return fact;
    } catch (ModelException e) {
      throw Refusal.invalid(what + ": " + e.getMessage());
    }
  }

  private static TensorData checked(String what, TensorFact fact, ByteBuffer data) {
    if (fact.bytes() != data.remaining()) {
      throw Refusal.invalid(
          what
              + " has "
              + data.remaining()
              + " bytes of raw contents; expected "
              + fact.bytes()
              + " for "
              + fact.type().oipName()
              + fact.shape());
    }
    return new TensorData(fact, data);
  }

  private static TensorData typed(String what, TensorFact fact, InferTensorContents contents) {
    long elements = fact.elements();
    int given = TypedContents.count(fact.type(), contents);
    if (given != elements) {
      throw Refusal.invalid(
          what
              + " has "
              + given
              + " typed elements; expected "
              + elements
              + " for "
              + fact.type().oipName()
              + fact.shape());
    }
    ByteBuffer data = TensorData.allocate(fact).order(ByteOrder.LITTLE_ENDIAN);
    TypedContents.write(fact.type(), contents, data);
    return new TensorData(fact, data.flip());
  }

  static String text(@org.jspecify.annotations.Nullable InferParameter parameter) {
    return parameter == null ? "" : parameter.getStringParam();
  }

  static InferInputTensor input(String name, TensorFact fact) {
    return InferInputTensor.newBuilder()
        .setName(name)
        .setDatatype(fact.type().oipName())
        .addAllShape(fact.shape())
        .build();
  }

  static InferOutputTensor output(String name, TensorFact fact) {
    return InferOutputTensor.newBuilder()
        .setName(name)
        .setDatatype(fact.type().oipName())
        .addAllShape(fact.shape())
        .build();
  }

  /** An answer: the outputs in their order, raw. */
  static InferMessage<ModelInferResponse> answer(
      ModelInferResponse.Builder header, Map<String, TensorData> outputs) {
    List<ByteBuffer> raw = new ArrayList<>(outputs.size());
    outputs.forEach(
        (name, tensor) -> {
          header.addOutputs(output(name, tensor.fact()));
          raw.add(tensor.data());
        });
    return InferMessage.of(header.build(), raw);
  }

  static ByteString bytes(TensorData tensor) {
    return ByteString.copyFrom(tensor.data());
  }
}
