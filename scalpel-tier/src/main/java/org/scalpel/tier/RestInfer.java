package org.scalpel.tier;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelException;
import org.scalpel.graph.TensorFact;
import org.scalpel.oip.InferParameter;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelInferRequest.InferInputTensor;
import org.scalpel.oip.ModelInferRequest.InferRequestedOutputTensor;

/**
 * Reads an inference request of the REST protocol: a JSON document, then the binary tensors in the
 * order of the inputs that say {@code binary_data_size}. The outcome is the same message that the
 * gRPC side reads, all tensors raw, so that everything behind is one.
 */
final class RestInfer {
  private static final String BINARY_SIZE = "binary_data_size";
  private static final int DEPTH = 100;
  private static final int MOST_TENSORS = 10_000;

  static final JsonFactory JSON =
      JsonFactory.builder()
          // Offsets into the bytes are needed, and the protocol is UTF-8.
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH)
                  .maxNumberLength(100)
                  .maxStringLength(1 << 20)
                  .maxNameLength(4096)
                  .build())
          .build();

  private final byte[] json;
  private final ByteBuffer tail;
  private final ModelInferRequest.Builder request = ModelInferRequest.newBuilder();
  private final List<ByteBuffer> raw = new ArrayList<>();

  private RestInfer(byte[] json, ByteBuffer tail) {
    this.json = json;
    this.tail = tail;
  }

  /**
   * Reads a request.
   *
   * @param tail the binary tensors, to the last byte
   * @throws io.grpc.StatusRuntimeException it is malformed
   */
  static InferMessage<ModelInferRequest> read(String model, byte[] json, ByteBuffer tail) {
    RestInfer reader = new RestInfer(json, tail);
    boolean read = false;
    try (JsonParser in = JSON.createParser(json)) {
      reader.document(in);
      if (tail.hasRemaining()) {
        throw Refusal.invalid(
            tail.remaining() + " bytes of binary data belong to no input with " + BINARY_SIZE);
      }
      reader.request.setModelName(model);
      read = true;
      return InferMessage.pooled(reader.request.build(), reader.raw);
    } catch (JsonProcessingException e) {
      throw Refusal.invalid(problem(e));
    } catch (ModelException e) {
      throw Refusal.invalid(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw Refusal.invalid("the request cannot be read: " + e.getMessage());
    } finally {
      if (!read) {
        reader.raw.forEach(BufferPool.SHARED::give);
      }
    }
  }

  static String problem(JsonProcessingException e) {
    String text = e.getOriginalMessage();
    var place = e.getLocation();
    return "the JSON is malformed"
        + (place == null ? "" : " at byte " + Math.max(0, place.getByteOffset()))
        + ": "
        + String.valueOf(text).lines().findFirst().orElse("");
  }

  /** A body that is the tensor of the model's only input, and nothing else. */
  static InferMessage<ModelInferRequest> bare(
      String model, Map<String, TensorFact> inputs, ByteBuffer body) {
    if (inputs.size() != 1) {
      throw Refusal.invalid(
          "a raw request needs a model with one input; '" + model + "' has " + inputs.size());
    }
    var input = inputs.entrySet().iterator().next();
    TensorFact fact = filled(input.getValue(), body.remaining());
    ByteBuffer data = BufferPool.SHARED.take(body.remaining());
    data.put(body).flip();
    return InferMessage.pooled(
        ModelInferRequest.newBuilder()
            .setModelName(model)
            .addInputs(Tensors.input(input.getKey(), fact))
            .build(),
        List.of(data));
  }

  private static TensorFact filled(TensorFact fact, int bytes) {
    if (fact.isStatic()) {
      return fact;
    }
    List<Long> shape = new ArrayList<>(fact.shape());
    int free = shape.indexOf(-1L);
    shape.set(free, 1L);
    long one = shape.contains(-1L) ? 0 : new TensorFact(fact.type(), shape).bytes();
    if (one == 0 || bytes % one != 0) {
      throw Refusal.invalid(
          "a raw request of " + bytes + " bytes does not fill shape " + fact.shape());
    }
    shape.set(free, bytes / one);
    return new TensorFact(fact.type(), shape);
  }

  private void document(JsonParser in) throws IOException {
    expect(in.nextToken(), JsonToken.START_OBJECT, "the request");
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String field = in.currentName();
      in.nextToken();
      switch (field) {
        case "id" -> request.setId(in.getText());
        case "parameters" -> parameters(in, request::putParameters);
        case "inputs" -> array(in, "inputs", this::input);
        case "outputs" -> array(in, "outputs", this::output);
        default -> in.skipChildren();
      }
    }
    if (in.nextToken() != null) {
      throw Refusal.invalid("there is more than one JSON document in the request");
    }
  }

  private interface Element {
    void read(JsonParser in) throws IOException;
  }

  private static void array(JsonParser in, String what, Element element) throws IOException {
    expect(in.currentToken(), JsonToken.START_ARRAY, what);
    for (int count = 0; in.nextToken() != JsonToken.END_ARRAY; count++) {
      expect(in.currentToken(), JsonToken.START_OBJECT, "an element of " + what);
      if (count >= MOST_TENSORS) {
        throw Refusal.invalid("there are more than " + MOST_TENSORS + " " + what);
      }
      element.read(in);
    }
  }

  private static void expect(@Nullable JsonToken found, JsonToken wanted, String what) {
    if (found != wanted) {
      String kind = wanted == JsonToken.START_OBJECT ? "an object" : "an array";
      throw Refusal.invalid(
          what + (found == null ? " is empty" : " is " + found) + "; expected " + kind);
    }
  }

  private interface Parameters {
    Object put(String name, InferParameter value);
  }

  private static void parameters(JsonParser in, Parameters into) throws IOException {
    expect(in.currentToken(), JsonToken.START_OBJECT, "parameters");
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      InferParameter.Builder value = InferParameter.newBuilder();
      switch (in.nextToken()) {
        case VALUE_TRUE, VALUE_FALSE ->
            into.put(name, value.setBoolParam(in.getBooleanValue()).build());
        case VALUE_NUMBER_INT -> into.put(name, value.setInt64Param(in.getLongValue()).build());
        case VALUE_NUMBER_FLOAT ->
            into.put(name, value.setDoubleParam(in.getDoubleValue()).build());
        case VALUE_STRING -> into.put(name, value.setStringParam(in.getText()).build());
        default -> in.skipChildren();
      }
    }
  }

  private void output(JsonParser in) throws IOException {
    InferRequestedOutputTensor.Builder output = InferRequestedOutputTensor.newBuilder();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String field = in.currentName();
      in.nextToken();
      switch (field) {
        case "name" -> output.setName(in.getText());
        case "parameters" -> parameters(in, output::putParameters);
        default -> in.skipChildren();
      }
    }
    request.addOutputs(output);
  }

  /** The members of an input come in any order; its elements are read when their type is known. */
  private void input(JsonParser in) throws IOException {
    InferInputTensor.Builder input = InferInputTensor.newBuilder();
    long from = -1;
    long to = -1;
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String field = in.currentName();
      in.nextToken();
      switch (field) {
        case "name" -> input.setName(in.getText());
        case "datatype" -> input.setDatatype(in.getText());
        case "shape" -> shape(in, input);
        case "parameters" -> parameters(in, input::putParameters);
        case "data" -> {
          if (from >= 0) {
            throw Refusal.invalid("input '" + input.getName() + "' has data twice");
          }
          from = in.currentTokenLocation().getByteOffset();
          in.skipChildren();
          to = in.currentLocation().getByteOffset();
        }
        default -> in.skipChildren();
      }
    }
    contents(input, from, to);
    request.addInputs(input);
  }

  private static void shape(JsonParser in, InferInputTensor.Builder input) throws IOException {
    expect(in.currentToken(), JsonToken.START_ARRAY, "shape of input '" + input.getName() + "'");
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (in.currentToken() != JsonToken.VALUE_NUMBER_INT) {
        throw Refusal.invalid("shape of input '" + input.getName() + "' has other than integers");
      }
      input.addShape(in.getLongValue());
    }
  }

  private void contents(InferInputTensor.Builder input, long from, long to) throws IOException {
    String what = "input '" + input.getName() + "'";
    InferParameter size = input.getParametersMap().get(BINARY_SIZE);
    if (size != null && from >= 0) {
      throw Refusal.invalid(what + " has both data and " + BINARY_SIZE);
    }
    if (size != null) {
      raw.add(binary(what, size.getInt64Param()));
      return;
    }
    if (from < 0) {
      throw Refusal.invalid(
          "unable to find data for input tensor '" + input.getName() + "' in request.");
    }
    TensorFact fact = new TensorFact(ElementType.ofOip(input.getDatatype()), input.getShapeList());
    try (JsonParser in = JSON.createParser(json, (int) from, (int) (to - from))) {
      in.nextToken();
      raw.add(JsonTensors.read(in, what, fact, to - from));
    }
  }

  private ByteBuffer binary(String what, long bytes) {
    if (bytes < 0 || bytes > tail.remaining()) {
      throw Refusal.invalid(
          what + " says " + bytes + " bytes of binary data; " + tail.remaining() + " are left");
    }
    ByteBuffer data = BufferPool.SHARED.take((int) bytes);
    data.put(tail.slice(tail.position(), (int) bytes)).flip();
    tail.position(tail.position() + (int) bytes);
    return data;
  }
}
