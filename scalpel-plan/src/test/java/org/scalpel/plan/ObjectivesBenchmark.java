package org.scalpel.plan;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Tables, look-up, mix and makespan on a synthetic graph of 300 layers over three tiers. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ObjectivesBenchmark {
  private static final Request LATENCY = Request.of(Objective.LATENCY);

  private Problem problem = RandomProblems.trivial();
  private BandwidthTable table = BandwidthTable.of(Examples.example(), LATENCY, 0);
  private PlaneTable planes = PlaneTable.of(Examples.example(), LATENCY, 0, 1);

  /** Builds the problem and its tables. */
  @Setup
  public void build() {
    problem = BigProblems.inception(300, 3, 1);
    table = BandwidthTable.of(problem, LATENCY, 0);
    planes = PlaneTable.of(problem, LATENCY, 0, 1);
  }

  /** All partitions by one bandwidth. */
  @Benchmark
  public BandwidthTable tableOfOneLink() {
    return BandwidthTable.of(problem, LATENCY, 0);
  }

  /** All partitions by two bandwidths. */
  @Benchmark
  public PlaneTable tableOfTwoLinks() {
    return PlaneTable.of(problem, LATENCY, 0, 1);
  }

  /** One look-up in the first table. */
  @Benchmark
  public BandwidthTable.Piece lookUpOneLink() {
    return table.at(7.5);
  }

  /** One look-up in the second table. */
  @Benchmark
  public PlaneTable.Plane lookUpTwoLinks() {
    return planes.at(7.5, 30);
  }

  /** The best mix. */
  @Benchmark
  public Plan mix() {
    return new Mix().plan(problem, Request.of(Objective.THROUGHPUT));
  }

  /** The makespan's heuristic with its bound. */
  @Benchmark
  public Plan overlap() {
    return Overlap.heuristic().plan(problem, Request.of(Objective.MAKESPAN));
  }
}
