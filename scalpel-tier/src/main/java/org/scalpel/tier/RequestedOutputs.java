package org.scalpel.tier;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.scalpel.graph.TensorData;
import org.scalpel.oip.InferParameter;
import org.scalpel.oip.ModelInferRequest;
import org.scalpel.oip.ModelInferRequest.InferInputTensor;
import org.scalpel.oip.ModelInferRequest.InferRequestedOutputTensor;

/** What a caller wants back: checked before anything is computed. */
final class RequestedOutputs {
  private static final String SHARED_MEMORY = "shared_memory_region";
  private static final String CLASSIFICATION = "classification";

  private RequestedOutputs() {}

  /** Refuses outputs that the model has not, and forms of them that we do not speak. */
  static void check(ModelInferRequest header, Set<String> available) {
    for (InferInputTensor input : header.getInputsList()) {
      if (input.containsParameters(SHARED_MEMORY)) {
        throw Refusal.unsupported(
            "input '" + input.getName() + "': shared memory is not supported; send the tensor");
      }
    }
    for (InferRequestedOutputTensor wanted : header.getOutputsList()) {
      String name = wanted.getName();
      if (!available.contains(name)) {
        throw Refusal.invalid(
            "unexpected inference output '"
                + name
                + "' for model '"
                + header.getModelName()
                + "'; expected one of "
                + available);
      }
      if (wanted.containsParameters(SHARED_MEMORY)) {
        throw Refusal.unsupported("output '" + name + "': shared memory is not supported");
      }
      InferParameter top = wanted.getParametersMap().get(CLASSIFICATION);
      if (Params.number(top, 0) > 0) {
        throw Refusal.unsupported(
            "output '" + name + "': classification is not supported; ask for the tensor");
      }
    }
  }

  /** Those of them that were made before the request left at an exit. */
  static Map<String, TensorData> made(ModelInferRequest header, Map<String, TensorData> all) {
    if (header.getOutputsCount() == 0) {
      return all;
    }
    Map<String, TensorData> some = new LinkedHashMap<>();
    header.getOutputsList().stream()
        .map(InferRequestedOutputTensor::getName)
        .filter(all::containsKey)
        .forEach(name -> some.put(name, all.get(name)));
    return some;
  }

  /** The outputs that the caller wants, in the caller's order; all when none is named. */
  static Map<String, TensorData> of(ModelInferRequest header, Map<String, TensorData> all) {
    if (header.getOutputsCount() == 0) {
      return all;
    }
    Map<String, TensorData> some = new LinkedHashMap<>();
    for (InferRequestedOutputTensor wanted : header.getOutputsList()) {
      TensorData tensor = all.get(wanted.getName());
      if (tensor == null) {
        throw Refusal.of(
            io.grpc.Status.Code.INTERNAL, "output '" + wanted.getName() + "' was not made");
      }
      some.put(wanted.getName(), tensor);
    }
    return some;
  }
}
