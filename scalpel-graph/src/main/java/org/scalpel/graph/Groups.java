package org.scalpel.graph;

/** Disjoint sets of layers (union by size, path halving). */
final class Groups {
  private final int[] parent;
  private final int[] size;

  Groups(int count) {
    parent = new int[count];
    size = new int[count];
    for (int i = 0; i < count; i++) {
      parent[i] = i;
      size[i] = 1;
    }
  }

  int find(int element) {
    int root = element;
    while (parent[root] != root) {
      parent[root] = parent[parent[root]];
      root = parent[root];
    }
    return root;
  }

  void tie(int a, int b) {
    int left = find(a);
    int right = find(b);
    if (left != right) {
      int big = size[left] >= size[right] ? left : right;
      int small = big == left ? right : left;
      parent[small] = big;
      size[big] += size[small];
    }
  }

  int[] toArray() {
    int[] group = new int[parent.length];
    for (int i = 0; i < group.length; i++) {
      group[i] = find(i);
    }
    return group;
  }
}
