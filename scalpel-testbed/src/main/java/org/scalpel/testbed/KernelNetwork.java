package org.scalpel.testbed;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A chain of hosts on one machine, joined by links that the Linux kernel itself makes slow: every
 * host but the first is a network namespace, every link a pair of virtual Ethernet devices with a
 * token bucket ({@code tbf}) at both ends, and a delay ({@code netem}) where one is asked for.
 * Needs Linux, root, and the programs {@code ip} and {@code tc}. All of it is gone when the network
 * is closed, or when this JVM ends; what a killed JVM left is removed by the next network.
 *
 * <pre>
 *   host 0, this process ── link 0 ── host 1 ── link 1 ── host 2
 * </pre>
 *
 * Rates are those of the line: of 1514 bytes of a full Ethernet frame TCP carries 1448.
 */
public final class KernelNetwork implements AutoCloseable {
  /** Bytes that TCP carries in a full frame, over the frame's bytes. */
  public static final double PAYLOAD_SHARE = 1448.0 / 1514;

  private static final int FRAME = 1514;

  /** What a bucket may hold: what passes in a millisecond, and always two frames. */
  private static final double BURST_SECONDS = 0.001;

  /** What may wait at a link: more would be delay that no good network has. */
  private static final double QUEUE_SECONDS = 0.2;

  private static final int LEAST_QUEUE = 64 * 1024;
  private static final int MOST_LINKS = 60;
  private static final AtomicInteger MADE = new AtomicInteger();

  private final Command command;
  private final String name;
  private final int net;
  private final int links;
  private final Deque<List<String>> undo = new ArrayDeque<>();
  private final Thread hook = new Thread(this::remove, "kernel-network-end");

  private KernelNetwork(Command command, int links) {
    this.command = command;
    this.links = links;
    long pid = ProcessHandle.current().pid();
    int number = MADE.getAndIncrement();
    this.name = "scalpel-" + pid + "-" + number;
    // 198.18.0.0/15 is set aside for measurements (RFC 2544): nobody's own network.
    this.net = (int) ((pid + 31L * number) % 250) + 1;
  }

  /** Why no such network can be made here; empty if one can. */
  public static Optional<String> obstacle() {
    if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
      return Optional.of("network namespaces need Linux");
    }
    try {
      chain(List.of(LinkShape.symmetric(1, 0))).close();
      return Optional.empty();
    } catch (TestbedException e) {
      return Optional.of("network namespaces need root, ip and tc: " + e.getMessage());
    }
  }

  /**
   * Builds a chain; link k joins host k and host k+1.
   *
   * @throws TestbedException a program said no; nothing is left then
   */
  public static KernelNetwork chain(List<LinkShape> links) {
    return chain(links, Command.REAL);
  }

  static KernelNetwork chain(List<LinkShape> links, Command command) {
    if (links.isEmpty() || links.size() > MOST_LINKS) {
      throw new TestbedException(
          "a chain of " + links.size() + " links: expected 1 to " + MOST_LINKS);
    }
    KernelNetwork network = new KernelNetwork(command, links.size());
    Runtime.getRuntime().addShutdownHook(network.hook);
    try {
      network.removeLeftOvers();
      for (int link = 0; link < links.size(); link++) {
        network.join(link);
        network.shape(link, links.get(link));
      }
      return network;
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /** The address at which host k reaches host k+1 over link k. */
  public String address(int link) {
    return "198.18." + net + "." + (4 * link + 2);
  }

  /** What to put before a command so that it runs on that host; nothing for host 0. */
  public List<String> on(int host) {
    return host == 0 ? List.of() : List.of("ip", "netns", "exec", host(host));
  }

  /**
   * Changes a link from now on; what waits at it is lost and sent again by TCP.
   *
   * @throws TestbedException this kernel has no {@code netem} and a delay is asked for
   */
  public void shape(int link, LinkShape shape) {
    if (link < 0 || link >= links) {
      throw new TestbedException("link " + link + " of a chain of " + links);
    }
    shape(link, near(link), shape.upMbps(), shape.rttMs() / 2);
    shape(link + 1, far(link), shape.downMbps(), shape.rttMs() / 2);
  }

  private void shape(int host, String device, double mbps, double delayMs) {
    List<String> bucket = inside(host, "tc qdisc replace dev " + device + " root handle 1: ");
    if (mbps == Double.POSITIVE_INFINITY) {
      bucket.addAll(List.of("pfifo", "limit", "10000"));
    } else if (mbps > 0) {
      double bytesPerSecond = mbps * 1e6 / 8;
      long burst = Math.max(2 * FRAME, Math.round(bytesPerSecond * BURST_SECONDS));
      long queue = Math.max(LEAST_QUEUE, Math.round(bytesPerSecond * QUEUE_SECONDS));
      bucket.addAll(words("tbf rate " + Math.round(mbps * 1e6) + "bit"));
      bucket.addAll(words("burst " + burst + " limit " + (queue + burst)));
    } else {
      bucket.addAll(words("netem loss 100%"));
    }
    command.run(bucket);
    if (delayMs > 0) {
      command.run(
          inside(
              host,
              "tc qdisc replace dev %s parent 1:1 handle 10: netem delay %.3fms limit 10000"
                  .formatted(device, delayMs)));
    }
  }

  /** Makes host link+1 and the devices between it and the one before. */
  private void join(int link) {
    int left = link;
    int right = link + 1;
    command.run(words("ip netns add " + host(right)));
    undo.push(words("ip netns del " + host(right)));
    command.run(inside(right, "ip link set lo up"));
    command.run(
        inside(
            left,
            "ip link add %s type veth peer name %s netns %s"
                .formatted(near(link), far(link), host(right))));
    if (left == 0) {
      // A namespace takes its devices along; ours would linger for a moment.
      undo.push(words("ip link del " + near(link)));
    }
    up(left, near(link), "198.18." + net + "." + (4 * link + 1));
    up(right, far(link), address(link));
  }

  private void up(int host, String device, String address) {
    command.run(inside(host, "ip addr add " + address + "/30 dev " + device));
    command.run(inside(host, "ip link set " + device + " up"));
  }

  private String host(int host) {
    return name + "-" + host;
  }

  /** A device's name has at most 15 characters. */
  private String near(int link) {
    return "sc" + net + "n" + link;
  }

  private String far(int link) {
    return "sc" + net + "f" + link;
  }

  private List<String> inside(int host, String line) {
    List<String> all = new ArrayList<>(on(host));
    all.addAll(words(line));
    return all;
  }

  private static List<String> words(String line) {
    return Arrays.asList(line.strip().split(" "));
  }

  /** Namespaces of JVMs that are no more. */
  private void removeLeftOvers() {
    Set<String> removed = new HashSet<>();
    for (String line : command.run(words("ip netns list")).lines().toList()) {
      String[] parts = line.split("[ -]");
      String full = line.split(" ")[0];
      boolean ours =
          parts.length >= 4 && parts[0].equals("scalpel") && parts[1].matches("\\d{1,9}");
      if (ours && ProcessHandle.of(Long.parseLong(parts[1])).isEmpty() && removed.add(full)) {
        command.run(words("ip netns del " + full));
      }
    }
  }

  private synchronized void remove() {
    while (!undo.isEmpty()) {
      attempt(undo.pop());
    }
  }

  private void attempt(List<String> words) {
    try {
      command.run(words);
    } catch (TestbedException e) {
      // The rest must go all the same; what stays is removed by the next network.
      return;
    }
  }

  /** Removes hosts and links; processes on them lose their network, end them first. */
  @Override
  public void close() {
    remove();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This JVM is ending: the hooks run already.
      return;
    }
  }
}
