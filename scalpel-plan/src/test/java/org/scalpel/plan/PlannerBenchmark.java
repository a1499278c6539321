package org.scalpel.plan;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time to plan synthetic Inception/residual graphs over three tiers: from a {@link Problem} to the
 * tier of every layer ({@code cut}), and to a plan with stages, makespan and assignment by name
 * ({@code plan}).
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class PlannerBenchmark {
  /** Layers. */
  @Param({"100", "1000", "10000", "100000"})
  public int layers;

  private Problem problem = RandomProblems.trivial();

  /** Builds the problem. */
  @Setup
  public void build() {
    problem = BigProblems.inception(layers, 3, 1);
  }

  /** From problem to tiers: arrays, network, flow, extraction. */
  @Benchmark
  public int[] cut() {
    return org.scalpel.plan.Setup.of(problem, Request.of(Objective.LATENCY)).cheapest();
  }

  /** From problem to a plan of one partition. */
  @Benchmark
  public Plan plan() {
    return new MinCut().plan(problem, Request.of(Objective.LATENCY));
  }
}
