package org.scalpel.graph;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.scalpel.graph.KernelGraph.KernelTensor;
import org.scalpel.graph.Structure.Block;
import org.scalpel.graph.Structure.Branch;

/**
 * One sweep in topological order. With one source before all inputs and one sink behind all
 * outputs, a kernel is a cut vertex exactly when no arc from before it ends after it: the farthest
 * reach of all arcs so far is the kernel itself.
 */
final class StructureSweep {
  private final int count;
  private final Arcs arcs;
  private final int[] reach;
  private final BitSet sourceHeads = new BitSet();
  private final int sourceReach;
  private final List<Integer> cutVertices;

  StructureSweep(KernelGraph graph) {
    this.count = graph.kernels().size();
    this.reach = new int[count];
    Arcs.Builder builder = new Arcs.Builder(count);
    boolean[] fed = new boolean[count];
    for (KernelTensor tensor : graph.tensors()) {
      for (int consumer : tensor.consumers()) {
        fed[consumer] = true;
        if (tensor.producer() < 0) {
          sourceHeads.set(consumer);
        } else {
          builder.add(tensor.producer(), consumer);
          reach[tensor.producer()] = Math.max(reach[tensor.producer()], consumer);
        }
      }
      if (tensor.output() && tensor.producer() >= 0) {
        reach[tensor.producer()] = count;
      } else if (tensor.output()) {
        sourceHeads.set(count);
      }
    }
    // A kernel without inputs (a random source) hangs on the source as well.
    for (int k = 0; k < count; k++) {
      sourceHeads.set(k, sourceHeads.get(k) || !fed[k]);
    }
    this.sourceReach = sourceHeads.previousSetBit(count - 1);
    this.arcs = builder.build();
    this.cutVertices = findCutVertices();
  }

  List<Integer> cutVertices() {
    return cutVertices;
  }

  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    int after = -1;
    for (int cut : cutVertices) {
      addBlock(blocks, after, cut);
      after = cut;
    }
    addBlock(blocks, after, count);
    return List.copyOf(blocks);
  }

  private List<Integer> findCutVertices() {
    List<Integer> found = new ArrayList<>();
    int farthest = sourceReach;
    for (int k = 0; k < count; k++) {
      if (farthest <= k) {
        found.add(k);
      }
      farthest = Math.max(farthest, reach[k]);
    }
    return List.copyOf(found);
  }

  private void addBlock(List<Block> blocks, int after, int before) {
    int first = after + 1;
    if (first >= before) {
      return;
    }
    List<Integer> kernels = new ArrayList<>();
    for (int k = first; k < before; k++) {
      kernels.add(k);
    }
    List<Branch> branches = branches(first, before);
    if (passesBy(after, before)) {
      branches.add(Branch.SHORTCUT);
    }
    blocks.add(
        new Block(
            after, before == count ? -1 : before, List.copyOf(kernels), List.copyOf(branches)));
  }

  /** Whether a tensor goes from the kernel (or the inputs) to the kernel (or the outputs). */
  private boolean passesBy(int after, int before) {
    // Of arcs that leave a cut vertex none ends behind the next one.
    return after < 0 ? sourceHeads.get(before) : reach[after] == before;
  }

  private List<Branch> branches(int first, int end) {
    Groups groups = new Groups(end - first);
    int[] in = new int[end - first];
    boolean[] forks = new boolean[end - first];
    for (int k = first; k < end; k++) {
      int successor = -1;
      for (int i = arcs.begin(k); i < arcs.end(k); i++) {
        int head = arcs.head(i);
        if (head < end) {
          groups.tie(k - first, head - first);
          forks[k - first] |= successor >= 0 && successor != head;
          in[head - first] += successor == head ? 0 : 1;
          successor = head;
        }
      }
    }
    Map<Integer, List<Integer>> members = new TreeMap<>();
    int[] leader = new int[end - first];
    for (int k = end - first - 1; k >= 0; k--) {
      leader[groups.find(k)] = k;
    }
    for (int k = 0; k < end - first; k++) {
      members.computeIfAbsent(leader[groups.find(k)], x -> new ArrayList<>()).add(k + first);
    }
    List<Branch> branches = new ArrayList<>();
    for (List<Integer> part : members.values()) {
      boolean chain = part.stream().allMatch(k -> in[k - first] <= 1 && !forks[k - first]);
      branches.add(new Branch(List.copyOf(part), chain));
    }
    return branches;
  }
}
