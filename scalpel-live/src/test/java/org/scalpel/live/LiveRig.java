package org.scalpel.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.scalpel.cost.Network;
import org.scalpel.cost.Profile;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.cost.Profiler;
import org.scalpel.cost.Progress;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.OnnxModel;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Request;
import org.scalpel.testbed.LinkProxy;
import org.scalpel.testbed.LinkProxyConfig;
import org.scalpel.testbed.LinkShape;
import org.scalpel.tier.DeviceTier;
import org.scalpel.tier.TierConfig;
import org.scalpel.tier.TierServer;

/** A slow device and an edge behind an emulated link that changes, and a live client on them. */
final class LiveRig implements AutoCloseable {
  /**
   * What to start.
   *
   * @param model for {@link LiveNets#input}
   * @param slowdown of the device
   * @param shape of the link at first
   */
  record Order(OnnxModel model, double slowdown, LinkShape shape, Request request) {}

  private final List<Runnable> open = new ArrayList<>();
  private final Order order;
  final LinkProxy link;
  final DeviceTier device;
  final LiveClient client;

  LiveRig(Path store, Order order) {
    this(store, order, setup -> setup);
  }

  /** The same with something added to what the client is told. */
  LiveRig(Path store, Order order, UnaryOperator<LiveSetup> more) {
    this(store, order, more, link -> {});
  }

  /** The same with something done to the link before the client opens. */
  LiveRig(Path store, Order order, UnaryOperator<LiveSetup> more, Consumer<LinkProxy> before) {
    this.order = order;
    try {
      TierServer edge =
          TierServer.start(TierConfig.builder("edge").store(store.resolve("edge")).build());
      open.add(edge::close);
      InetSocketAddress target =
          new InetSocketAddress(edge.address().host(), edge.address().port());
      link = LinkProxy.start(LinkProxyConfig.loopback("wifi", target, order.shape));
      open.add(link::close);
      device =
          new DeviceTier(
              TierConfig.builder("device")
                  .store(store.resolve("device"))
                  .slowdown(order.slowdown)
                  .next("localhost:" + link.address().getPort())
                  .build());
      open.add(device::close);
      before.accept(link);
      client = LiveClient.open(device, more.apply(setup()));
      open.add(client::close);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private LiveSetup setup() {
    KernelGraph kernels = device.engine().kernels(order.model);
    Profile profile =
        new Profiler(device.engine())
            .profile(
                kernels,
                LiveNets.input(1),
                ProfileOptions.DEFAULT.withBudget(Duration.ofSeconds(1)),
                Progress.NONE);
    LinkShape shape = order.shape;
    return new LiveSetup(
        kernels,
        device.engine().facts(order.model, LiveNets.input(1)),
        List.of(
            new LiveSetup.Machine("device", profile.withSlowdown(order.slowdown)),
            new LiveSetup.Machine("edge", profile)),
        new Network(
            List.of(new Network.LinkSpec("wifi", shape.upMbps(), shape.downMbps(), shape.rttMs()))),
        order.request,
        LivePolicy.DEFAULT);
  }

  /** What new requests follow. */
  Partition partition() {
    return client.partitions().get(0);
  }

  boolean usesEdge() {
    return partition().assignment().containsValue("edge");
  }

  /** Does something again and again until a state is reached; fails after 40 seconds. */
  static void until(String what, Runnable meanwhile, BooleanSupplier reached) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (!reached.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for: " + what).isLessThan(end);
      meanwhile.run();
    }
  }

  @Override
  public void close() {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).run();
    }
    open.clear();
  }
}
