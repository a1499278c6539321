package org.scalpel.tier;

import java.util.Map;
import java.util.Optional;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;
import org.scalpel.oip.InferParameter;
import org.scalpel.tier.ExitTaken.Reason;
import org.scalpel.tier.TierException.Kind;

/**
 * What the neighbour answered, checked against the plan.
 *
 * @param left the exit behind which nothing was run, if the request left at one
 */
record Beyond(Map<String, TensorData> outputs, Optional<ExitTaken> left) {
  /** The neighbour's outputs, if they are exactly those that the plan expects. */
  static Beyond of(Connection neighbour, PreparedPlan plan, Answer reply) {
    return of(neighbour, plan, reply, true);
  }

  /** The same; to a portion of a request a neighbour may answer some of them. */
  static Beyond of(Connection neighbour, PreparedPlan plan, Answer reply, boolean all) {
    Map<String, TensorFact> expected = plan.resultsBeyond();
    try {
      Map<String, TensorData> outputs =
          Tensors.read(
              reply.header(),
              reply.raw(),
              name -> {
                TensorFact fact = expected.get(name);
                if (fact == null) {
                  throw Refusal.invalid("output '" + name + "' was not asked for");
                }
                return fact;
              });
      Optional<ExitTaken> left = left(plan, outputs, reply.header().getParametersMap());
      if (all && left.isEmpty() && !outputs.keySet().equals(expected.keySet())) {
        throw Refusal.invalid("outputs " + outputs.keySet() + " instead of " + expected.keySet());
      }
      return new Beyond(outputs, left);
    } catch (io.grpc.StatusRuntimeException e) {
      String why = String.valueOf(e.getStatus().getDescription());
      TierException lie =
          new TierException(
              Kind.PROTOCOL, neighbour.peer() + " answered against the plan: " + why, e);
      neighbour.cutOff(lie);
      throw lie;
    }
  }

  private static Optional<ExitTaken> left(
      PreparedPlan plan, Map<String, TensorData> outputs, Map<String, InferParameter> said) {
    String name = Tensors.text(said.get(Params.EXIT));
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Deployment.Exit exit =
        plan.chain().exits().stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow(() -> Refusal.invalid("the plan has no exit '" + name + "'"));
    TensorData probabilities = outputs.get(exit.output());
    if (probabilities == null) {
      throw Refusal.invalid("it left at exit '" + name + "' without output " + exit.output());
    }
    Reason reason = Reason.of(Tensors.text(said.get(Params.EXIT_REASON))).orElse(Reason.SURE);
    // Not as the neighbour says it, but as it is.
    return Optional.of(new ExitTaken(name, exit.confidence(probabilities), reason));
  }
}
