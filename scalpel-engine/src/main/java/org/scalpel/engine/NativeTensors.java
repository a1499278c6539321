package org.scalpel.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.util.HashMap;
import java.util.Map;
import org.scalpel.graph.OnnxModel.Value;
import org.scalpel.graph.TensorData;

/** Native tensors over buffers of ours, by name. Closing them frees no buffer. */
final class NativeTensors implements AutoCloseable {
  private final Map<String, OnnxTensor> byName = new HashMap<>();

  /** The inputs of a run, checked. */
  static NativeTensors inputs(SessionSignature signature, Map<String, TensorData> given)
      throws OrtException {
    signature.check(given);
    NativeTensors tensors = new NativeTensors();
    try {
      for (Value input : signature.inputs()) {
        TensorData tensor = given.get(input.name());
        if (tensor != null) {
          tensors.put(input.name(), tensor);
        }
      }
      return tensors;
    } catch (OrtException | RuntimeException e) {
      tensors.close();
      throw e;
    }
  }

  void put(String name, TensorData tensor) throws OrtException {
    byName.put(name, TensorTypes.alias(tensor));
  }

  Map<String, OnnxTensor> byName() {
    return byName;
  }

  @Override
  public void close() {
    byName.values().forEach(OnnxTensor::close);
  }
}
