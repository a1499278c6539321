package org.scalpel.tier;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.scalpel.oip.InferBatchStatistics;
import org.scalpel.oip.InferStatistics;
import org.scalpel.oip.ModelStatistics;
import org.scalpel.oip.StatisticDuration;

/** Counts of one published name, in the protocol's terms. */
final class ModelStats {
  private final LongAdder succeeded = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder successNs = new LongAdder();
  private final LongAdder failNs = new LongAdder();
  private final LongAdder queueNs = new LongAdder();
  private final LongAdder inputNs = new LongAdder();
  private final LongAdder inferNs = new LongAdder();
  private final AtomicLong last = new AtomicLong();
  private final TierMetrics.Served served;

  ModelStats(TierMetrics.Served served) {
    this.served = served;
  }

  void success(Answered answered, long totalNs) {
    succeeded.increment();
    served.answered(answered, totalNs);
    successNs.add(totalNs);
    queueNs.add(answered.queueNs());
    inputNs.add(answered.codecNs());
    inferNs.add(answered.computeNs());
    last.set(System.currentTimeMillis());
  }

  void failure(long totalNs) {
    failed.increment();
    served.failed();
    failNs.add(totalNs);
  }

  long requests() {
    return succeeded.sum() + failed.sum();
  }

  long failures() {
    return failed.sum();
  }

  ModelStatistics of(String name) {
    long count = succeeded.sum();
    return ModelStatistics.newBuilder()
        .setName(name)
        .setVersion(Catalog.VERSION)
        .setLastInference(last.get())
        .setInferenceCount(count)
        .setExecutionCount(count)
        .setInferenceStats(
            InferStatistics.newBuilder()
                .setSuccess(duration(count, successNs.sum()))
                .setFail(duration(failed.sum(), failNs.sum()))
                .setQueue(duration(count, queueNs.sum()))
                .setComputeInput(duration(count, inputNs.sum()))
                .setComputeInfer(duration(count, inferNs.sum())))
        .addBatchStats(
            InferBatchStatistics.newBuilder()
                .setBatchSize(1)
                .setComputeInput(duration(count, inputNs.sum()))
                .setComputeInfer(duration(count, inferNs.sum())))
        .build();
  }

  private static StatisticDuration duration(long count, long ns) {
    return StatisticDuration.newBuilder().setCount(count).setNs(ns).build();
  }
}
