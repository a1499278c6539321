package org.scalpel.cost;

import java.util.BitSet;
import java.util.Collection;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelGraph.KernelTensor;

/** Predicts what a set of kernels takes on a machine when it runs as one session. */
public final class SegmentTimes {
  private SegmentTimes() {}

  /**
   * Session, kernels, and every tensor that enters or leaves the set; in ms, slowed down as the
   * profile declares.
   *
   * @param members indices of kernels; without any the answer is 0
   * @throws ProfileException the profile is of other kernels
   */
  public static double predictMs(
      Profile profile, KernelGraph kernels, Collection<Integer> members) {
    if (!kernels.digest().equals(profile.subject().kernelsDigest())) {
      profile.require(kernels);
    }
    if (members.isEmpty()) {
      return 0;
    }
    double ms = profile.sessionMs();
    BitSet inside = new BitSet();
    for (int kernel : members) {
      inside.set(kernel);
      ms += profile.kernelMs(kernel);
    }
    for (KernelTensor tensor : kernels.tensors()) {
      if (enters(tensor, inside)) {
        ms += profile.enterMs(tensor.name());
      } else if (leaves(tensor, inside)) {
        ms += profile.leaveMs(tensor.name());
      }
    }
    return ms;
  }

  static boolean enters(KernelTensor tensor, BitSet inside) {
    return (tensor.producer() < 0 || !inside.get(tensor.producer()))
        && tensor.consumers().stream().anyMatch(inside::get);
  }

  static boolean leaves(KernelTensor tensor, BitSet inside) {
    return tensor.producer() >= 0
        && inside.get(tensor.producer())
        && (tensor.output() || !tensor.consumers().stream().allMatch(inside::get));
  }
}
