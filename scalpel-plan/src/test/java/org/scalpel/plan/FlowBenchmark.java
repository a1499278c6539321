package org.scalpel.plan;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The same network solved by ours and by two libraries, each from its own edge list. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class FlowBenchmark {
  /** Layers. */
  @Param({"100", "1000", "10000"})
  public int layers;

  private FlowNetwork network = new FlowNetwork(0, 0);

  /** Builds the network of three tiers. */
  @Setup(Level.Trial)
  public void build() {
    Problem problem = BigProblems.inception(layers, 3, 1);
    var setup = org.scalpel.plan.Setup.of(problem, Request.of(Objective.LATENCY));
    network = CutOracle.network(setup.in(), setup.bounds(), setup.prices(), setup.crossings());
  }

  /** Ours. */
  @Benchmark
  public long ours() {
    return new PushRelabel(network).run();
  }

  /** OR-Tools SimpleMaxFlow. */
  @Benchmark
  public long orTools() {
    return OracleFlows.orTools(network);
  }

  /** JGraphT's push-relabel. */
  @Benchmark
  public double jgrapht() {
    return OracleFlows.jgrapht(network);
  }
}
