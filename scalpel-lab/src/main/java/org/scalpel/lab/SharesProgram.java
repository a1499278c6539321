package org.scalpel.lab;

import com.google.ortools.Loader;
import com.google.ortools.linearsolver.MPConstraint;
import com.google.ortools.linearsolver.MPSolver;
import com.google.ortools.linearsolver.MPVariable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How to share requests out among partitions whose stage times are known, so that the busiest
 * machine or link has least to do: a linear program, solved by OR-Tools, apart from the planner's
 * own.
 */
final class SharesProgram {
  private SharesProgram() {}

  /** The least period and the shares that have it. */
  record Answer(double periodMs, List<Double> shares) {}

  /** Of one partition or more, each with what a request takes of every stage, in ms. */
  static Answer solve(List<Map<String, Double>> partitions) {
    Loader.loadNativeLibraries();
    MPSolver solver = MPSolver.createSolver("GLOP");
    try {
      MPVariable period = solver.makeNumVar(0, MPSolver.infinity(), "period");
      MPConstraint whole = solver.makeConstraint(1, 1);
      Map<String, MPConstraint> loads = new HashMap<>();
      List<MPVariable> shares = new ArrayList<>();
      for (Map<String, Double> stages : partitions) {
        MPVariable share = solver.makeNumVar(0, 1, "share");
        whole.setCoefficient(share, 1);
        stages.forEach(
            (stage, ms) ->
                loads
                    .computeIfAbsent(
                        stage,
                        name -> {
                          MPConstraint row = solver.makeConstraint(-MPSolver.infinity(), 0);
                          row.setCoefficient(period, -1);
                          return row;
                        })
                    .setCoefficient(share, ms));
        shares.add(share);
      }
      solver.objective().setCoefficient(period, 1);
      solver.objective().setMinimization();
      MPSolver.ResultStatus status = solver.solve();
      if (status != MPSolver.ResultStatus.OPTIMAL) {
        throw new IllegalStateException("the shares were not solved: " + status);
      }
      return new Answer(
          period.solutionValue(), shares.stream().map(MPVariable::solutionValue).toList());
    } finally {
      solver.delete();
    }
  }
}
