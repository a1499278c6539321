package org.scalpel.tier;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.Message;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.oip.InferParameter;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelInferRequest.InferRequestedOutputTensor;
import org.scalpel.oip.ModelInferResponse;
import org.scalpel.oip.ModelInferResponse.InferOutputTensor;

/**
 * One answer over HTTP: a JSON document and, behind it, binary tensors.
 *
 * @param status of HTTP
 * @param tensors behind the document; with none of them it is plain JSON
 * @param written to be run when all has been written
 */
record RestAnswer(int status, ByteBuffer json, List<ByteBuffer> tensors, Runnable written) {
  private static final String BINARY = "binary_data";
  private static final String BINARY_ALL = "binary_data_output";

  private interface Body {
    void write(JsonGenerator out) throws IOException;
  }

  private static RestAnswer of(int status, Body body) {
    return new RestAnswer(
        status, ByteBuffer.wrap(json(Integer.MAX_VALUE, body)), List.of(), () -> {});
  }

  private static byte[] json(int limit, Body body) {
    ByteArrayOutputStream bytes =
        new ByteArrayOutputStream(512) {
          @Override
          public synchronized void write(byte[] some, int from, int count) {
            if (size() > limit - count) {
              throw Refusal.of(
                  Status.Code.RESOURCE_EXHAUSTED,
                  "the answer as JSON is over the limit of "
                      + limit
                      + " bytes; ask for binary data");
            }
            super.write(some, from, count);
          }
        };
    try (JsonGenerator out = RestInfer.JSON.createGenerator(bytes)) {
      body.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  static RestAnswer empty() {
    return of(
        200,
        out -> {
          out.writeStartObject();
          out.writeEndObject();
        });
  }

  static RestAnswer flag(int status, String name, boolean value) {
    return of(
        status,
        out -> {
          out.writeStartObject();
          out.writeBooleanField(name, value);
          out.writeEndObject();
        });
  }

  static RestAnswer of(Message message) {
    return of(200, out -> ProtoJson.write(out, message));
  }

  /** The elements of a message's only field. */
  static RestAnswer list(List<? extends Message> messages) {
    return of(
        200,
        out -> {
          out.writeStartArray();
          for (Message message : messages) {
            ProtoJson.write(out, message);
          }
          out.writeEndArray();
        });
  }

  /** Settings by name: booleans, numbers, or lists of words. */
  static RestAnswer settings(Map<String, Object> settings) {
    return of(
        200,
        out -> {
          out.writeStartObject();
          for (Map.Entry<String, Object> setting : settings.entrySet()) {
            out.writeFieldName(setting.getKey());
            if (setting.getValue() instanceof List<?> words) {
              out.writeStartArray();
              for (Object word : words) {
                out.writeString(String.valueOf(word));
              }
              out.writeEndArray();
            } else if (setting.getValue() instanceof Boolean flag) {
              out.writeBoolean(flag);
            } else {
              out.writeNumber(String.valueOf(setting.getValue()));
            }
          }
          out.writeEndObject();
        });
  }

  static RestAnswer error(int status, String message) {
    return of(
        status,
        out -> {
          out.writeStartObject();
          out.writeStringField("error", message);
          out.writeEndObject();
        });
  }

  static RestAnswer refusal(Status status) {
    return error(code(status.getCode()), Refusal.line(status));
  }

  private static int code(Status.Code code) {
    return switch (code) {
      case NOT_FOUND -> 404;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case RESOURCE_EXHAUSTED -> 429;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
      case INTERNAL, UNKNOWN, DATA_LOSS -> 500;
      default -> 400;
    };
  }

  /** Refuses what cannot be answered as it is wanted, before it is computed. */
  static void check(ModelInferRequest request, Map<String, TensorFact> outputs) {
    outputs.forEach(
        (name, fact) -> {
          boolean wanted =
              request.getOutputsCount() == 0
                  || request.getOutputsList().stream().anyMatch(o -> o.getName().equals(name));
          if (wanted && !binary(request, name)) {
            JsonTensors.check("output '" + name + "'", fact.type());
          }
        });
  }

  private static boolean binary(ModelInferRequest request, String output) {
    for (InferRequestedOutputTensor wanted : request.getOutputsList()) {
      if (wanted.getName().equals(output) && wanted.containsParameters(BINARY)) {
        return Params.isTrue(wanted.getParametersMap(), BINARY);
      }
    }
    return Params.isTrue(request.getParametersMap(), BINARY_ALL);
  }

  /**
   * The answer to an inference.
   *
   * @param limit of the JSON in bytes
   */
  static RestAnswer of(ModelInferRequest request, InferCalls.Reply reply, int limit) {
    ModelInferResponse header = reply.message().header();
    List<ByteBuffer> tensors = new ArrayList<>();
    byte[] json =
        json(
            limit,
            out -> {
              out.writeStartObject();
              out.writeStringField("model_name", header.getModelName());
              out.writeStringField("model_version", header.getModelVersion());
              if (!header.getId().isEmpty()) {
                out.writeStringField("id", header.getId());
              }
              parameters(out, header.getParametersMap());
              out.writeArrayFieldStart("outputs");
              for (int i = 0; i < header.getOutputsCount(); i++) {
                InferOutputTensor output = header.getOutputs(i);
                ByteBuffer data = reply.message().raw().get(i);
                boolean binary = binary(request, output.getName());
                output(out, output, data, binary);
                if (binary) {
                  tensors.add(data);
                }
              }
              out.writeEndArray();
              out.writeEndObject();
            });
    return new RestAnswer(200, ByteBuffer.wrap(json), tensors, reply.written());
  }

  private static void parameters(JsonGenerator out, Map<String, InferParameter> parameters)
      throws IOException {
    if (parameters.isEmpty()) {
      return;
    }
    out.writeObjectFieldStart("parameters");
    for (Map.Entry<String, InferParameter> parameter : parameters.entrySet()) {
      out.writeFieldName(parameter.getKey());
      InferParameter value = parameter.getValue();
      switch (value.getParameterChoiceCase()) {
        case BOOL_PARAM -> out.writeBoolean(value.getBoolParam());
        case INT64_PARAM -> out.writeNumber(value.getInt64Param());
        case UINT64_PARAM -> ProtoJson.number(out, value.getUint64Param(), true);
        case DOUBLE_PARAM -> out.writeNumber(value.getDoubleParam());
        default -> out.writeString(value.getStringParam());
      }
    }
    out.writeEndObject();
  }

  private static void output(
      JsonGenerator out, InferOutputTensor output, ByteBuffer data, boolean binary)
      throws IOException {
    out.writeStartObject();
    out.writeStringField("name", output.getName());
    out.writeStringField("datatype", output.getDatatype());
    out.writeArrayFieldStart("shape");
    for (long dim : output.getShapeList()) {
      out.writeNumber(dim);
    }
    out.writeEndArray();
    if (binary) {
      out.writeObjectFieldStart("parameters");
      out.writeNumberField("binary_data_size", data.remaining());
      out.writeEndObject();
    } else {
      TensorFact fact =
          new TensorFact(ElementType.ofOip(output.getDatatype()), output.getShapeList());
      out.writeFieldName("data");
      JsonTensors.write(out, "output '" + output.getName() + "'", new TensorData(fact, data));
    }
    out.writeEndObject();
  }
}
