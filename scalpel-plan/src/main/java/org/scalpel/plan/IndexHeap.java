package org.scalpel.plan;

import java.util.Arrays;

/** A binary heap of ints by a double key, least first; equal keys by the smaller int. */
final class IndexHeap {
  private double[] keys = new double[16];
  private int[] items = new int[16];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  double leastKey() {
    return keys[0];
  }

  void add(double key, int item) {
    if (size == items.length) {
      keys = Arrays.copyOf(keys, size * 2);
      items = Arrays.copyOf(items, size * 2);
    }
    int at = size++;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (!before(key, item, parent)) {
        break;
      }
      keys[at] = keys[parent];
      items[at] = items[parent];
      at = parent;
    }
    keys[at] = key;
    items[at] = item;
  }

  int remove() {
    int least = items[0];
    size--;
    double key = keys[size];
    int item = items[size];
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && before(keys[child + 1], items[child + 1], child)) {
        child++;
      }
      if (before(key, item, child)) {
        break;
      }
      keys[at] = keys[child];
      items[at] = items[child];
      at = child;
    }
    keys[at] = key;
    items[at] = item;
    return least;
  }

  private boolean before(double key, int item, int at) {
    return key < keys[at] || (key == keys[at] && item < items[at]);
  }
}
