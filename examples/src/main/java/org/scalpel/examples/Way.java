package org.scalpel.examples;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.scalpel.live.LiveClient;
import org.scalpel.live.SmoothShares;
import org.scalpel.live.Switch;
import org.scalpel.plan.Partition;
import org.scalpel.tier.Execution;
import org.scalpel.tier.Inputs;
import org.scalpel.tier.PlanExecutor;

/** How one camera's requests go. */
sealed interface Way extends AutoCloseable {
  CompletableFuture<Execution> submit(Inputs inputs);

  /** What became of the plan under way. */
  List<String> changes();

  @Override
  void close();

  /** Always by the same plan: its partitions have their shares. */
  record Fixed(List<PlanExecutor> executors, SmoothShares shares) implements Way {
    static Fixed of(List<PlanExecutor> executors, List<Partition> partitions) {
      return new Fixed(
          executors, new SmoothShares(partitions.stream().map(Partition::share).toList()));
    }

    @Override
    public CompletableFuture<Execution> submit(Inputs inputs) {
      return executors.get(shares.next()).submit(inputs);
    }

    @Override
    public List<String> changes() {
      return List.of();
    }

    @Override
    public void close() {
      executors.forEach(PlanExecutor::close);
    }
  }

  /** By a plan that follows links and machines. */
  record Live(LiveClient client) implements Way {
    @Override
    public CompletableFuture<Execution> submit(Inputs inputs) {
      return client.submit(inputs);
    }

    @Override
    public List<String> changes() {
      return client.switches().stream().map(Switch::toString).toList();
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
