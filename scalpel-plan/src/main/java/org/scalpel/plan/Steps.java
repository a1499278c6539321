package org.scalpel.plan;

import java.util.Arrays;

/**
 * How long each step of each crossing takes with the codec chosen for it: encode, send, decode, in
 * flat arrays {@code [t * links + k]}, ms. What a schedule is made of, and what makespan bounds
 * count.
 */
final class Steps {
  private static final double MS_PER_BYTE_AT_1_MBPS = 8e-3;

  /** One direction of every link. */
  static final class Way {
    final double[] encode;
    final double[] send;
    final double[] decode;

    /** All steps and half a round trip: from existing here to existing there. */
    final double[] whole;

    private Way(int size) {
      encode = new double[size];
      send = new double[size];
      decode = new double[size];
      whole = new double[size];
    }
  }

  final Way up;
  final Way down;

  /** Half a round trip per link. */
  final double[] half;

  /** True if some layer makes an output; without one the end of every layer is awaited. */
  final boolean anyOutput;

  /** True if some layer leads to no output, so that its end is not awaited though it takes time. */
  final boolean idle;

  /** True if makespans are evaluated on segments. */
  final boolean segmented;

  /** What one more segment costs per tier. */
  final double[] session;

  /** {@code [t * tiers + k]}: what tensor t costs to leave, and to enter, a session on tier k. */
  final double[] leave;

  final double[] enter;

  Steps(Instance in, Crossings crossings) {
    half = new double[in.links];
    Arrays.setAll(half, k -> in.problem.links().get(k).rttMs() / 2);
    up = way(in, crossings, true);
    down = way(in, crossings, false);
    anyOutput = in.problem.tensors().stream().anyMatch(t -> t.output() && t.producer() >= 0);
    idle = anyOutput && anyIdle(in);
    segmented = in.problem.tiers().stream().anyMatch(tier -> tier.sessionMs().isPresent());
    session = new double[in.tiers];
    leave = new double[segmented ? in.tensors * in.tiers : 0];
    enter = new double[leave.length];
    if (segmented) {
      borders(in);
    }
  }

  private static boolean anyIdle(Instance in) {
    boolean[] awaited = new boolean[in.layers];
    for (int i = in.layers - 1; i >= 0; i--) {
      int v = in.order[i];
      for (int m = in.madeStart[v]; m < in.madeStart[v + 1]; m++) {
        int t = in.made[m];
        awaited[v] |= in.problem.tensors().get(t).output();
        for (int c = in.consumerStart[t]; c < in.consumerStart[t + 1]; c++) {
          awaited[v] |= awaited[in.consumer[c]];
        }
      }
      if (!awaited[v]) {
        return true;
      }
    }
    return false;
  }

  private void borders(Instance in) {
    Arrays.setAll(session, k -> in.problem.tiers().get(k).sessionMs().orElse(0));
    for (int t = 0; t < in.tensors; t++) {
      for (Codec codec : in.problem.tensors().get(t).codecs()) {
        for (int k = 0; k < in.tiers && codec.name().equals(Codec.RAW); k++) {
          leave[t * in.tiers + k] = codec.encodeMs(k);
          enter[t * in.tiers + k] = codec.decodeMs(k);
        }
      }
    }
  }

  private Way way(Instance in, Crossings crossings, boolean away) {
    Way way = new Way(in.tensors * in.links);
    for (int k = 0; k < in.links; k++) {
      Link link = in.problem.links().get(k);
      double rate = away ? link.upMbps() : link.downMbps();
      double perByte = rate == 0 ? Double.POSITIVE_INFINITY : MS_PER_BYTE_AT_1_MBPS / rate;
      for (int t = 0; t < in.tensors; t++) {
        int at = t * in.links + k;
        PlanTensor tensor = in.problem.tensors().get(t);
        long bytes = tensor.bytes();
        if (!tensor.codecs().isEmpty()) {
          Codec codec = crossings.codec(t, k, away);
          bytes = codec.bytes();
          way.encode[at] = codec.encodeMs(away ? k : k + 1);
          way.decode[at] = codec.decodeMs(away ? k + 1 : k);
        }
        way.send[at] = rate == 0 ? perByte : bytes * perByte;
        way.whole[at] = way.encode[at] + way.send[at] + half[k] + way.decode[at];
      }
    }
    return way;
  }
}
