package org.scalpel.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.OnnxModel.Value;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/**
 * What goes into a session and what comes out, and whether given inputs fit. The runtime reports an
 * unknown rank as a scalar, so a shape {@code []} promises nothing here.
 */
record SessionSignature(String label, List<Value> inputs, List<Value> outputs) {

  static SessionSignature of(String label, OrtSession session) throws OrtException {
    return new SessionSignature(
        label,
        values(label, "input", session.getInputInfo()),
        values(label, "output", session.getOutputInfo()));
  }

  private static List<Value> values(String label, String role, Map<String, NodeInfo> infos) {
    List<Value> values = new ArrayList<>();
    for (NodeInfo info : infos.values()) {
      TensorFact fact =
          TensorTypes.fact(info)
              .orElseThrow(
                  () ->
                      new EngineException(
                          label
                              + ": "
                              + role
                              + " '"
                              + info.getName()
                              + "' is no tensor; only tensors travel"));
      if (fact.type() == ElementType.STRING) {
        throw new EngineException(
            "%s: %s '%s' holds strings; tensors of strings (BYTES) are not supported. Maybe place its neighbours in one segment"
                .formatted(label, role, info.getName()));
      }
      if (role.equals("input") && !TensorTypes.isNative(fact.type())) {
        throw new EngineException(
            label
                + ": "
                + role
                + " '"
                + info.getName()
                + "' is "
                + fact
                + ", which cannot pass between Java and the runtime. Maybe place its neighbours in one segment");
      }
      values.add(new Value(info.getName(), fact));
    }
    return List.copyOf(values);
  }

  /** Whether the runtime can write an output straight into a buffer of ours. */
  boolean pinnable(Value output) {
    TensorFact fact = output.fact();
    return TensorTypes.isNative(fact.type())
        && fact.isStatic()
        && !fact.shape().isEmpty()
        && fact.elements() > 0
        && fact.bytes() <= Integer.MAX_VALUE;
  }

  /** Everything that can be said about inputs without asking the runtime. */
  void check(Map<String, TensorData> given) {
    for (Value input : inputs) {
      TensorData tensor = given.get(input.name());
      if (tensor == null) {
        throw new EngineException(
            label
                + ": input '"
                + input.name()
                + "' is missing; expected "
                + names()
                + ", got "
                + given.keySet());
      }
      if (!fits(tensor.fact(), input.fact())) {
        throw new EngineException(
            label
                + ": input '"
                + input.name()
                + "' is "
                + tensor.fact()
                + "; expected "
                + input.fact());
      }
    }
    if (given.size() > inputs.size()) {
      Set<String> unknown = new HashSet<>(given.keySet());
      inputs.forEach(i -> unknown.remove(i.name()));
      throw new EngineException(label + ": unknown input " + unknown + "; expected " + names());
    }
  }

  private List<String> names() {
    return inputs.stream().map(Value::name).toList();
  }

  private static boolean fits(TensorFact given, TensorFact declared) {
    if (given.type() != declared.type()) {
      return false;
    }
    if (declared.shape().isEmpty()) {
      return true;
    }
    if (given.shape().size() != declared.shape().size()) {
      return false;
    }
    for (int i = 0; i < given.shape().size(); i++) {
      long wanted = declared.shape().get(i);
      if (wanted >= 0 && wanted != given.shape().get(i)) {
        return false;
      }
    }
    return true;
  }
}
